#include <dlfcn.h>
#include <link.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/avutil.h>
}

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/infer/kernels.h"
#include "limn/infer/machine.h"
#include "limn/network/model_file.h"
#include "locate.h"
#include "verbs.h"

namespace limn::app {
namespace fs = std::filesystem;
namespace {

void line(const std::string& name, const std::string& value) {
  std::cout << name << std::string(name.size() < 12 ? 12 - name.size() : 1, ' ') << value << "\n";
}

void warn(const std::string& problem, const std::string& remedy) {
  std::cout << "  WARNING   " << problem << "\n            " << remedy << "\n";
}

/// The first lines of a command's output; "" where it fails.
std::string output_of(const std::string& command) {
  std::FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) return "";
  std::string text;
  std::array<char, 512> part;
  while (text.size() < 4096 && std::fgets(part.data(), part.size(), pipe) != nullptr) text += part.data();
  if (pclose(pipe) != 0) return "";
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

std::string on_one_line(std::string text) {
  for (size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n')) text.replace(at, 1, ", ");
  return text;
}

/// Loads the BLAS that training would get, and asks it what it is.
Blas installed_blas() {
  Blas blas;
  void* library = dlopen("libblas.so.3", RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) return blas;
  link_map* map = nullptr;
  if (dlinfo(library, RTLD_DI_LINKMAP, &map) == 0 && map != nullptr) {
    std::error_code code;
    const fs::path path = fs::canonical(map->l_name, code);
    blas.path = code ? map->l_name : path.string();
  }
  using Text = char* (*)();
  if (const auto core = reinterpret_cast<Text>(dlsym(library, "openblas_get_corename"))) blas.core = core();
  if (const auto config = reinterpret_cast<Text>(dlsym(library, "openblas_get_config"))) blas.config = config();
  return blas;  // stays loaded: OpenBLAS's threads outlive dlclose
}

void report_processor(const Processor& processor) {
  line("processor", processor.model.empty() ? "unknown" : processor.model);
  std::string features;
  for (const std::string& feature : processor.features) features += (features.empty() ? "" : " ") + feature;
  line("features", features.empty() ? "none of note" : features);
  line("threads", std::to_string(processor.threads));
  line("kernels", kernel_sets().front().name + " (inference)");
}

void report_blas(const Processor& processor) {
  const Blas blas = installed_blas();
  if (blas.path.empty()) return line("BLAS", "none (only training needs one)");
  line("BLAS", blas.path + (blas.core.empty() ? "" : ", OpenBLAS for " + blas.core));
  if (!blas.config.empty()) line("", blas.config);
  if (const auto advice = blas_advice(blas, processor)) warn(advice->problem, advice->remedy);
}

void report_training() {
  const fs::path program = binary_folder() / "limn-train";
  std::error_code ignored;
  if (!fs::exists(program, ignored)) return line("training", "not built (configure with -DLIMN_TRAINING=ON)");
  const std::string answer = output_of(quoted(program.string()) + " --version");
  line("training", answer.empty() ? "limn-train does not start" : on_one_line(answer));
  if (answer.empty())
    warn("limn-train is there but does not run", "run it by hand: " + program.string() + " --version");
}

void report_ffmpeg() {
  line("FFmpeg", std::string(av_version_info()) + ", " + avcodec_license());
  std::string encoders;
  for (const char* name : {"libx264", "libopenh264", "h264_nvenc", "mpeg4"})
    if (avcodec_find_encoder_by_name(name) != nullptr) encoders += (encoders.empty() ? "" : " ") + std::string(name);
  line("encoders", encoders.empty() ? "none" : encoders);
  if (encoders.empty()) warn("no video encoder: overlay videos cannot be written", "install an FFmpeg with libx264");
}

void report_gpu() {
  const std::string answer = output_of("nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader");
  line("GPU", answer.empty() ? "none (nvidia-smi does not answer)" : on_one_line(answer));
}

void report_model() {
  try {
    const fs::path path = find_model("");
    const ModelFile model = ModelFile::load(path);
    line("model", path.string() + " (" + std::to_string(model.image_size) + " px, grouping " + model.grouping + ")");
    if (!model.skeleton.same_structure(Skeleton::human())) warn("the model is for another skeleton", "name another");
  } catch (const Error& error) {
    line("model", error.message());
    warn(error.where(), error.remedy());
  }
}

}  // namespace

void run_doctor(const std::string& version) {
  line("limn", version);
  Processor processor;
  try {
    processor = parse_cpuinfo(read_file("/proc/cpuinfo"));
  } catch (const Error&) {
    line("processor", "unknown: /proc/cpuinfo cannot be read");
  }
  report_processor(processor);
  report_blas(processor);
  report_training();
  report_ffmpeg();
  report_gpu();
  report_model();
}

}  // namespace limn::app
