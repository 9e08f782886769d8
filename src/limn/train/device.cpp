#include "limn/train/device.h"

#include <torch/cuda.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "limn/base/error.h"

namespace limn {
namespace {

/// Whether the processor multiplies bfloat16, and the kernel keeps the registers that takes (XCR0): AMX tiles (CPUID leaf 7,
/// EDX bits 24 and 22; XCR0 bits 17 and 18), or AVX-512 (leaf 7.1, EAX bit 5; XCR0 bits 5 to 7).
bool multiplies_bfloat16() {
#if defined(__x86_64__)
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE)) return false;
  unsigned low = 0, high = 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  const auto kept = [low](unsigned state) { return (low & state) == state; };
  constexpr unsigned tile_state = 3u << 17, vector_state = 7u << 5, amx = 1u << 24 | 1u << 22, avx512_bf16 = 1u << 5;
  if (kept(tile_state) && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & amx) == amx) return true;
  return kept(vector_state) && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & avx512_bf16) != 0;
#else
  return false;
#endif
}

}  // namespace

torch::Device device_from_name(const std::string& name, int local_rank) {
  const auto own_gpu = [&] {
    return torch::Device(torch::kCUDA, static_cast<c10::DeviceIndex>(local_rank % torch::cuda::device_count()));
  };
  if (name == "auto") return torch::cuda::is_available() ? own_gpu() : torch::Device(torch::kCPU);
  if (name == "cpu") return torch::kCPU;
  require(name.starts_with("cuda"), ErrorKind::usage, "unknown device", "run.device = " + name,
          "use auto, cpu or cuda:N");
  require(torch::cuda::is_available(), ErrorKind::model, "no CUDA device is available", "run.device = " + name,
          "use run.device = \"cpu\", or a LibTorch built with CUDA on a machine with a GPU");
  return name == "cuda" ? own_gpu() : torch::Device(name);
}

torch::ScalarType precision_from_name(const std::string& name, torch::Device device) {
  const bool faster = device.is_cpu() && multiplies_bfloat16();
  return name == "bfloat16" || (name == "auto" && faster) ? torch::kBFloat16 : torch::kFloat32;
}

}  // namespace limn
