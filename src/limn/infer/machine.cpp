#include "limn/infer/machine.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

namespace limn {
namespace {

constexpr const char* notable[] = {"sse4_2",   "avx",         "avx2",        "fma",      "f16c", "avx512f", "avx512bw",
                                   "avx512vl", "avx512_vnni", "avx512_bf16", "amx_tile", "neon", "asimd"};

/// Instructions used by the kernels OpenBLAS has for a processor; unknown names count as the oldest.
VectorLevel level_of_core(const std::string& core) {
  static const std::map<std::string, VectorLevel> levels = {
      {"sandybridge", VectorLevel::avx},   {"bulldozer", VectorLevel::avx},
      {"piledriver", VectorLevel::avx},    {"steamroller", VectorLevel::avx},
      {"haswell", VectorLevel::avx2},      {"excavator", VectorLevel::avx2},
      {"zen", VectorLevel::avx2},          {"skylakex", VectorLevel::avx512},
      {"cooperlake", VectorLevel::avx512}, {"sapphirerapids", VectorLevel::avx512}};
  std::string lower = core;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto found = levels.find(lower);
  return found == levels.end() ? VectorLevel::sse : found->second;
}

std::string core_for(VectorLevel level) {
  switch (level) {
    case VectorLevel::avx512:
      return "SkylakeX";
    case VectorLevel::avx2:
      return "Haswell";
    case VectorLevel::avx:
      return "Sandybridge";
    case VectorLevel::sse:
      return "Nehalem";
  }
  return "";
}

std::string trimmed(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \t"), end = text.find_last_not_of(" \t\r");
  return begin == std::string::npos ? "" : text.substr(begin, end - begin + 1);
}

}  // namespace

Processor parse_cpuinfo(const std::string& text) {
  Processor result;
  std::set<std::string> flags;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::string key = trimmed(line.substr(0, colon)), value = trimmed(line.substr(colon + 1));
    if (key == "processor") ++result.threads;
    if (key == "model name" && result.model.empty()) result.model = value;
    if ((key == "flags" || key == "Features") && flags.empty()) {
      std::istringstream words(value);
      for (std::string word; words >> word;) flags.insert(word);
    }
  }
  for (const char* feature : notable)
    if (flags.count(feature)) result.features.push_back(feature);
  const auto has = [&](std::initializer_list<const char*> names) {
    return std::all_of(names.begin(), names.end(), [&](const char* name) { return flags.count(name) > 0; });
  };
  if (has({"avx"})) result.level = VectorLevel::avx;
  if (has({"avx2", "fma"})) result.level = VectorLevel::avx2;
  if (has({"avx2", "fma", "avx512f", "avx512bw", "avx512vl", "avx512dq"})) result.level = VectorLevel::avx512;
  return result;
}

std::optional<Advice> blas_advice(const Blas& blas, const Processor& processor) {
  if (blas.path.empty() && blas.core.empty()) return std::nullopt;
  if (blas.core.empty()) {
    const bool reference = blas.path.find("blis") == std::string::npos && blas.path.find("mkl") == std::string::npos &&
                           blas.path.find("atlas") == std::string::npos;
    if (!reference) return std::nullopt;
    return Advice{"BLAS is the reference implementation: training is 10 to 30 times slower than it could be",
                  "install OpenBLAS (Debian: apt-get install libopenblas0-pthread)"};
  }
  const bool zen = blas.core == "Zen" || blas.core == "ZEN";  // made for these processors, whatever their width
  if (zen || level_of_core(blas.core) >= processor.level) return std::nullopt;
  return Advice{
      "OpenBLAS takes this processor for a \"" + blas.core + "\" and leaves " + name_of(processor.level) + " unused",
      "set OPENBLAS_CORETYPE=" + core_for(processor.level) + " in the environment"};
}

std::string name_of(VectorLevel level) {
  switch (level) {
    case VectorLevel::avx512:
      return "AVX-512";
    case VectorLevel::avx2:
      return "AVX2";
    case VectorLevel::avx:
      return "AVX";
    case VectorLevel::sse:
      return "SSE";
  }
  return "";
}

}  // namespace limn
