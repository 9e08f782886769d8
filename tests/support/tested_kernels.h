// The kernels that a test of all of them runs on this machine.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "limn/infer/kernels.h"
#if defined(__x86_64__) && defined(__linux__)
#include "support/amx_emulator.h"
#endif

namespace limn::test {

/// Those that this processor can run, and while this lives that of AMX, emulated, if the rest of it can be run.
class TestedKernels {
 public:
  TestedKernels() {
#if defined(__x86_64__) && defined(__linux__)
    if (sets_.front().name != avx512_vnni_kernels().name) return;
    emulator_.emplace();
    sets_.push_back(amx_kernels());
#endif
  }
  auto begin() const { return sets_.begin(); }
  auto end() const { return sets_.end(); }
  /// Null where there is none of that name.
  const KernelSet* find(const std::string& name) const {
    const auto found = std::find_if(begin(), end(), [&](const KernelSet& set) { return set.name == name; });
    return found == end() ? nullptr : &*found;
  }
  /// Checks that AMX's instructions were emulated, where they should have been.
  void expect_used() const {
#if defined(__x86_64__) && defined(__linux__)
    if (emulator_) {
      EXPECT_GT(emulator_->instructions(), 0);
    }
#endif
  }

 private:
  std::vector<KernelSet> sets_ = kernel_sets();
#if defined(__x86_64__) && defined(__linux__)
  std::optional<AmxEmulator> emulator_;
#endif
};

}  // namespace limn::test
