// Primary rays through Embree's hierarchy, built anew for each mesh.
#include <embree3/rtcore.h>

#include <cstring>
#include <limits>

#include "rasterisers.h"

namespace limn::bench {
namespace {

constexpr int kPacket = 8;  // rays traced together: a row of eight neighbouring samples

class Embree : public Rasteriser {
 public:
  explicit Embree(RTCDevice device) : device_(device) {}
  ~Embree() override { rtcReleaseDevice(device_); }

  Seen draw(const Mesh& mesh, const Camera& camera) override {
    const RTCScene scene = build(mesh);
    const int n = camera.width * Frame::grid;
    Seen seen{std::vector<float>(static_cast<size_t>(n) * n), std::vector<int>(static_cast<size_t>(n) * n)};
    for (int y = 0; y < n; ++y)
      for (int x = 0; x < n; x += kPacket) trace(scene, camera, x, y, n, seen);
    rtcReleaseScene(scene);
    return seen;
  }

 private:
  RTCScene build(const Mesh& mesh) const {
    const RTCScene scene = rtcNewScene(device_);
    rtcSetSceneBuildQuality(scene, RTC_BUILD_QUALITY_LOW);  // the mesh is used once
    const RTCGeometry geometry = rtcNewGeometry(device_, RTC_GEOMETRY_TYPE_TRIANGLE);
    void* const vertices = rtcSetNewGeometryBuffer(geometry, RTC_BUFFER_TYPE_VERTEX, 0, RTC_FORMAT_FLOAT3, sizeof(Vec3),
                                                   mesh.positions.size());
    std::memcpy(vertices, mesh.positions.data(), sizeof(Vec3) * mesh.positions.size());
    void* const triangles = rtcSetNewGeometryBuffer(geometry, RTC_BUFFER_TYPE_INDEX, 0, RTC_FORMAT_UINT3,
                                                    sizeof(mesh.triangles[0]), mesh.triangles.size());
    std::memcpy(triangles, mesh.triangles.data(), sizeof(mesh.triangles[0]) * mesh.triangles.size());
    rtcCommitGeometry(geometry);
    rtcAttachGeometry(scene, geometry);
    rtcReleaseGeometry(geometry);
    rtcCommitScene(scene);
    return scene;
  }

  static void trace(RTCScene scene, const Camera& camera, int x, int y, int n, Seen& seen) {
    alignas(32) int valid[kPacket];
    alignas(32) RTCRayHit8 packet;
    std::memset(&packet, 0, sizeof packet);
    for (int k = 0; k < kPacket; ++k) {
      const Vec3 ray = camera.unproject(Vec2(x + k + 0.5f, y + 0.5f) / Frame::grid, 1);
      packet.ray.dir_x[k] = ray.x(), packet.ray.dir_y[k] = ray.y(), packet.ray.dir_z[k] = 1;  // tfar is then the depth
      packet.ray.tfar[k] = std::numeric_limits<float>::infinity();
      packet.ray.mask[k] = ~0u;
      packet.hit.geomID[k] = RTC_INVALID_GEOMETRY_ID;
      valid[k] = x + k < n ? -1 : 0;
    }
    RTCIntersectContext context;
    rtcInitIntersectContext(&context);
    context.flags = RTC_INTERSECT_CONTEXT_FLAG_COHERENT;
    rtcIntersect8(valid, scene, &context, &packet);
    for (int k = 0; k < kPacket && x + k < n; ++k) {
      const bool hit = packet.hit.geomID[k] != RTC_INVALID_GEOMETRY_ID;
      const size_t i = static_cast<size_t>(y) * n + x + k;
      seen.triangle[i] = hit ? static_cast<int>(packet.hit.primID[k]) : -1;
      seen.inverse_depth[i] = hit ? 1 / packet.ray.tfar[k] : 0;
    }
  }

  RTCDevice device_;
};

}  // namespace

std::unique_ptr<Rasteriser> make_embree_rasteriser() {
  const RTCDevice device = rtcNewDevice("threads=1");
  return device ? std::make_unique<Embree>(device) : nullptr;
}

}  // namespace limn::bench
