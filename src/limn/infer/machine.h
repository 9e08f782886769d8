// What the processor and its linear algebra are, and whether they fit: the decisions behind `limn doctor`.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace limn {

/// Width of the vector instructions, as far as OpenBLAS tells kernels apart.
enum class VectorLevel { sse, avx, avx2, avx512 };

struct Processor {
  std::string model;  ///< as the kernel names it; "" unknown
  int threads = 0;    ///< logical processors
  VectorLevel level = VectorLevel::sse;
  std::vector<std::string> features;  ///< those of note: sse4_2 avx avx2 fma avx512f avx512_vnni ... that it has
};

/// From the text of /proc/cpuinfo.
Processor parse_cpuinfo(const std::string& text);

struct Blas {
  std::string path;    ///< file that libblas.so.3 resolves to; "" where there is none
  std::string core;    ///< OpenBLAS's name of the processor its kernels are for; "" if it is not OpenBLAS
  std::string config;  ///< OpenBLAS's description of itself
};

struct Advice {
  std::string problem, remedy;
};

/// Empty where the library fits the processor (and where there is none: only training needs one).
std::optional<Advice> blas_advice(const Blas& blas, const Processor& processor);

std::string name_of(VectorLevel level);

}  // namespace limn
