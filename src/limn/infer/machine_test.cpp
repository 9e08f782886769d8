#include "limn/infer/machine.h"

#include <gtest/gtest.h>

namespace limn {
namespace {

Processor with_level(VectorLevel level) {
  Processor processor;
  processor.level = level;
  return processor;
}

TEST(Machine, ReadsCpuinfo) {
  const Processor p = parse_cpuinfo(
      "processor\t: 0\nmodel name\t: Some CPU @ 2.0GHz\nflags\t\t: fpu sse4_2 avx avx2 fma avx512f avx512bw avx512vl "
      "avx512dq avx512_vnni\n\nprocessor\t: 1\nmodel name\t: Some CPU @ 2.0GHz\nflags\t\t: fpu\n");
  EXPECT_EQ(p.model, "Some CPU @ 2.0GHz");
  EXPECT_EQ(p.threads, 2);
  EXPECT_EQ(p.level, VectorLevel::avx512);
  EXPECT_EQ(p.features.back(), "avx512_vnni");
  EXPECT_EQ(parse_cpuinfo("flags : avx avx2 fma avx512f\n").level, VectorLevel::avx2);  // half of AVX-512 is none
  EXPECT_EQ(parse_cpuinfo("flags : avx avx2\n").level, VectorLevel::avx);               // AVX2 kernels need FMA
  EXPECT_EQ(parse_cpuinfo("").level, VectorLevel::sse);
}

TEST(Machine, WarnsOfTheReferenceBlas) {
  const auto advice = blas_advice({"/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0", "", ""}, {});
  ASSERT_TRUE(advice.has_value());
  EXPECT_NE(advice->remedy.find("OpenBLAS"), std::string::npos);
  EXPECT_FALSE(blas_advice({"/usr/lib/x86_64-linux-gnu/blis-pthread/libblas.so.3", "", ""}, {}).has_value());
  EXPECT_FALSE(blas_advice({}, {}).has_value());
}

TEST(Machine, WarnsOfAnOpenBlasForOlderProcessors) {
  const std::string path = "/usr/lib/x86_64-linux-gnu/openblas-pthread/libblas.so.3";
  const auto advice = blas_advice({path, "Prescott", ""}, with_level(VectorLevel::avx512));
  ASSERT_TRUE(advice.has_value());
  EXPECT_NE(advice->remedy.find("OPENBLAS_CORETYPE=SkylakeX"), std::string::npos);
  EXPECT_NE(blas_advice({path, "Nehalem", ""}, with_level(VectorLevel::avx2))->remedy.find("Haswell"),
            std::string::npos);
  EXPECT_FALSE(blas_advice({path, "SkylakeX", ""}, with_level(VectorLevel::avx512)).has_value());
  EXPECT_FALSE(blas_advice({path, "Haswell", ""}, with_level(VectorLevel::avx2)).has_value());
  EXPECT_FALSE(blas_advice({path, "Zen", ""}, with_level(VectorLevel::avx512)).has_value());
  EXPECT_FALSE(blas_advice({path, "Prescott", ""}, with_level(VectorLevel::sse)).has_value());
}

}  // namespace
}  // namespace limn
