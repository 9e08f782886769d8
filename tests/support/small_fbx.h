// A small FBX in text form, written by hand: the fuzzers' first input, and what tests damage.
#pragma once

namespace limn::test {

/// Two bones that move one square.
inline constexpr const char* small_fbx = R"(; FBX 7.4.0 project file
FBXHeaderExtension: {
	FBXHeaderVersion: 1003
	FBXVersion: 7400
}
GlobalSettings: {
	Version: 1000
	Properties70: {
		P: "UpAxis", "int", "Integer", "",1
		P: "UnitScaleFactor", "double", "Number", "",1
	}
}
Objects: {
	Geometry: 1, "Geometry::skin", "Mesh" {
		Vertices: *12 {
			a: 0,0,0,1,0,0,1,1,0,0,1,0
		}
		PolygonVertexIndex: *4 {
			a: 0,1,2,-4
		}
		GeometryVersion: 124
		LayerElementNormal: 0 {
			MappingInformationType: "AllSame"
			ReferenceInformationType: "Direct"
			Normals: *3 {
				a: 0,0,1
			}
		}
		LayerElementUV: 0 {
			Name: "map"
			MappingInformationType: "ByPolygonVertex"
			ReferenceInformationType: "IndexToDirect"
			UV: *4 {
				a: 0,0,1,1
			}
			UVIndex: *4 {
				a: 0,1,1,0
			}
		}
		LayerElementMaterial: 0 {
			MappingInformationType: "AllSame"
			ReferenceInformationType: "IndexToDirect"
			Materials: *1 {
				a: 0
			}
		}
		Layer: 0 {
			LayerElement: {
				Type: "LayerElementNormal"
				TypedIndex: 0
			}
			LayerElement: {
				Type: "LayerElementUV"
				TypedIndex: 0
			}
			LayerElement: {
				Type: "LayerElementMaterial"
				TypedIndex: 0
			}
		}
	}
	Material: 2, "Material::skin", "" {
		ShadingModel: "lambert"
		Properties70: {
			P: "DiffuseColor", "Color", "", "A",0.8,0.6,0.5
		}
	}
	Texture: 3, "Texture::skin", "" {
		Type: "TextureVideoClip"
		RelativeFilename: "skin.png"
	}
	Model: 4, "Model::body", "Mesh" {
	}
	Model: 5, "Model::Hips", "LimbNode" {
		Properties70: {
			P: "Lcl Translation", "Lcl Translation", "", "A",0,1,0
			P: "Lcl Rotation", "Lcl Rotation", "", "A",10,20,30
		}
	}
	Model: 6, "Model::Spine", "LimbNode" {
		Properties70: {
			P: "PreRotation", "Vector3D", "Vector", "",5,0,0
		}
	}
	Deformer: 7, "Deformer::", "Skin" {
		Link_DeformAcuracy: 50
	}
	Deformer: 8, "SubDeformer::", "Cluster" {
		Indexes: *3 {
			a: 0,1,2
		}
		Weights: *3 {
			a: 1,0.5,1
		}
		Transform: *16 {
			a: 1,0,0,0,0,1,0,0,0,0,1,0,0,0,0,1
		}
		TransformLink: *16 {
			a: 1,0,0,0,0,1,0,0,0,0,1,0,0,1,0,1
		}
	}
	Deformer: 9, "SubDeformer::", "Cluster" {
		Indexes: *2 {
			a: 1,3
		}
		Weights: *2 {
			a: 0.5,1
		}
		Transform: *16 {
			a: 1,0,0,0,0,1,0,0,0,0,1,0,0,0,0,1
		}
		TransformLink: *16 {
			a: 1,0,0,0,0,1,0,0,0,0,1,0,0,1,0,1
		}
	}
}
Connections: {
	C: "OO",4,0
	C: "OO",5,0
	C: "OO",6,5
	C: "OO",1,4
	C: "OO",2,4
	C: "OP",3,2, "DiffuseColor"
	C: "OO",7,1
	C: "OO",8,7
	C: "OO",9,7
	C: "OO",5,8
	C: "OO",6,9
}
)";

}  // namespace limn::test
