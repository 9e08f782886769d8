// OpenGL ES without a window. With Mesa's llvmpipe on the calling thread it is a rasteriser on the processor.
#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <GLES3/gl32.h>

#include <bit>
#include <cstdlib>

#include "limn/base/error.h"
#include "rasterisers.h"

namespace limn::bench {
namespace {

// Depth is kept as 1 / z, as ours: the value written is gl_FragCoord.w, which is 1 / clip w = 1 / z.
constexpr const char* kVertexShader = R"(#version 320 es
layout(location = 0) in vec3 position;
uniform vec4 lens;  // focal length and principal point in clip units
void main() {
  vec2 clip = lens.xy * position.xy + lens.zw * position.z;
  gl_Position = vec4(clip, position.z - 0.1, position.z);  // the near plane lies at z = 0.05
})";
constexpr const char* kFragmentShader = R"(#version 320 es
precision highp float;
precision highp int;
layout(location = 0) out uvec2 seen;
void main() { seen = uvec2(uint(gl_PrimitiveID) + 1u, floatBitsToUint(gl_FragCoord.w)); })";

GLuint compiled(GLenum kind, const char* source) {
  const GLuint shader = glCreateShader(kind);
  glShaderSource(shader, 1, &source, nullptr);
  glCompileShader(shader);
  GLint good = 0;
  glGetShaderiv(shader, GL_COMPILE_STATUS, &good);
  require(good, ErrorKind::model, "a shader does not compile", "bench rasterisers", "use Mesa with OpenGL ES 3.2");
  return shader;
}

class Egl : public Rasteriser {
 public:
  Egl(EGLDisplay display, EGLContext context) : display_(display), context_(context) {
    const GLuint program = glCreateProgram();
    glAttachShader(program, compiled(GL_VERTEX_SHADER, kVertexShader));
    glAttachShader(program, compiled(GL_FRAGMENT_SHADER, kFragmentShader));
    glLinkProgram(program);
    glUseProgram(program);
    lens_ = glGetUniformLocation(program, "lens");
    GLuint array = 0;
    glGenVertexArrays(1, &array);
    glBindVertexArray(array);
    glGenBuffers(2, buffers_);
    glBindBuffer(GL_ARRAY_BUFFER, buffers_[0]);
    glEnableVertexAttribArray(0);
    glVertexAttribPointer(0, 3, GL_FLOAT, GL_FALSE, sizeof(Vec3), nullptr);
    glBindBuffer(GL_ELEMENT_ARRAY_BUFFER, buffers_[1]);
    glEnable(GL_DEPTH_TEST);
  }
  ~Egl() override {
    eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    eglDestroyContext(display_, context_);
    eglTerminate(display_);
  }

  Seen draw(const Mesh& mesh, const Camera& camera) override {
    const int n = camera.width * Frame::grid;
    if (n != size_) make_target(n);
    glBufferData(GL_ARRAY_BUFFER, sizeof(Vec3) * mesh.positions.size(), mesh.positions.data(), GL_STREAM_DRAW);
    glBufferData(GL_ELEMENT_ARRAY_BUFFER, sizeof(mesh.triangles[0]) * mesh.triangles.size(), mesh.triangles.data(),
                 GL_STREAM_DRAW);
    // The first row of the picture is the first one read: clip y grows downwards here.
    const float scale = 2.0f / camera.width;
    glUniform4f(lens_, scale * camera.focal_px, scale * camera.focal_px, scale * camera.principal_px.x() - 1,
                scale * camera.principal_px.y() - 1);
    constexpr GLuint nothing[4] = {0, 0, 0, 0};
    glClearBufferuiv(GL_COLOR, 0, nothing);
    glClear(GL_DEPTH_BUFFER_BIT);
    glDrawElements(GL_TRIANGLES, static_cast<GLsizei>(3 * mesh.triangles.size()), GL_UNSIGNED_INT, nullptr);
    read_.resize(2 * static_cast<size_t>(n) * n);
    glReadPixels(0, 0, n, n, GL_RG_INTEGER, GL_UNSIGNED_INT, read_.data());
    require(glGetError() == GL_NO_ERROR, ErrorKind::model, "OpenGL reports an error", "bench rasterisers",
            "use Mesa with OpenGL ES 3.2");
    Seen seen{std::vector<float>(read_.size() / 2), std::vector<int>(read_.size() / 2)};
    for (size_t i = 0; i < seen.triangle.size(); ++i) {
      seen.triangle[i] = static_cast<int>(read_[2 * i]) - 1;
      seen.inverse_depth[i] = std::bit_cast<float>(read_[2 * i + 1]);
    }
    return seen;
  }

 private:
  void make_target(int n) {
    GLuint frame = 0, targets[2];
    glGenFramebuffers(1, &frame);
    glBindFramebuffer(GL_FRAMEBUFFER, frame);
    glGenRenderbuffers(2, targets);
    const auto attach = [&](GLuint target, GLenum format, GLenum place) {
      glBindRenderbuffer(GL_RENDERBUFFER, target);
      glRenderbufferStorage(GL_RENDERBUFFER, format, n, n);
      glFramebufferRenderbuffer(GL_FRAMEBUFFER, place, GL_RENDERBUFFER, target);
    };
    attach(targets[0], GL_RG32UI, GL_COLOR_ATTACHMENT0);
    attach(targets[1], GL_DEPTH_COMPONENT32F, GL_DEPTH_ATTACHMENT);
    require(glCheckFramebufferStatus(GL_FRAMEBUFFER) == GL_FRAMEBUFFER_COMPLETE, ErrorKind::model,
            "no frame buffer of integers", "bench rasterisers", "use Mesa with OpenGL ES 3.2");
    glViewport(0, 0, n, n);
    size_ = n;
  }

  EGLDisplay display_;
  EGLContext context_;
  GLuint buffers_[2] = {};
  GLint lens_ = -1;
  int size_ = 0;
  std::vector<GLuint> read_;
};

}  // namespace

std::unique_ptr<Rasteriser> make_egl_rasteriser() {
  setenv("LP_NUM_THREADS", "0", 0);  // on the calling thread, as the others
  setenv("LIBGL_ALWAYS_SOFTWARE", "1", 0);
  const EGLDisplay display = eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
  if (display == EGL_NO_DISPLAY || !eglInitialize(display, nullptr, nullptr)) return nullptr;
  eglBindAPI(EGL_OPENGL_ES_API);
  constexpr EGLint version[] = {EGL_CONTEXT_MAJOR_VERSION, 3, EGL_CONTEXT_MINOR_VERSION, 2, EGL_NONE};
  const EGLContext context = eglCreateContext(display, EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, version);
  if (context == EGL_NO_CONTEXT || !eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context)) return nullptr;
  return std::make_unique<Egl>(display, context);
}

}  // namespace limn::bench
