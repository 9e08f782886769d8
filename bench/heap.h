// How much heap a piece of code needs: every allocation of the process is counted.
#pragma once

#include <cstdint>
#include <functional>

namespace limn::bench {

/// Bytes of live heap at the highest point of `call`, beyond what was live before it. Counts what malloc and its kin
/// hand out on any thread (torch's tensors included), in usable bytes.
std::int64_t peak_heap_bytes(const std::function<void()>& call);

}  // namespace limn::bench
