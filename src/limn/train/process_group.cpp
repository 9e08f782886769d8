#include "limn/train/process_group.h"

#include <torch/torch.h>
#include <torch/version.h>

#include "limn/base/error.h"

#ifdef USE_DISTRIBUTED
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#if TORCH_VERSION_MAJOR >= 2
#include <torch/csrc/distributed/c10d/Backend.hpp>
#endif
#ifdef LIMN_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#endif
#ifdef LIMN_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif
#endif

namespace limn {

#ifdef USE_DISTRIBUTED
namespace {

#if TORCH_VERSION_MAJOR >= 2
using Backend = c10d::Backend;
#else
using Backend = c10d::ProcessGroup;
#endif
using Milliseconds = std::chrono::milliseconds;

/// The first line, without the place in LibTorch's source and the stack that its errors carry.
std::string first_line(const std::string& text) {
  const std::string line = text.substr(0, text.find('\n'));
  const size_t close = line.find("] ");
  return line.starts_with("[") && close != std::string::npos ? line.substr(close + 2) : line;
}

c10::intrusive_ptr<c10d::Store> open_store(const Launch& launch, Milliseconds timeout) {
  c10d::TCPStoreOptions options;
  options.port = static_cast<uint16_t>(launch.port);
  options.isServer = launch.leads() && !launch.served;
  options.numWorkers = static_cast<size_t>(launch.size);
  options.waitWorkers = !launch.served;  // torchrun's own store is not only ours
  options.timeout = timeout;
  const auto store = c10::make_intrusive<c10d::TCPStore>(launch.address, options);
  return c10::make_intrusive<c10d::PrefixStore>("limn" + launch.attempt, store);
}

#ifdef LIMN_NCCL
c10::intrusive_ptr<Backend> open_nccl(const c10::intrusive_ptr<c10d::Store>& store, const Launch& launch,
                                      Milliseconds timeout) {
  // Otherwise a lost rank ends the process without a word, from a thread of c10d's.
  for (const char* name : {"TORCH_NCCL_BLOCKING_WAIT", "NCCL_BLOCKING_WAIT"}) setenv(name, "1", 0);
  const auto options = c10d::ProcessGroupNCCL::Options::create();
  options->timeout = timeout;
  return c10::make_intrusive<c10d::ProcessGroupNCCL>(store, launch.rank, launch.size, options);
}
#endif

#ifdef LIMN_GLOO
c10::intrusive_ptr<Backend> open_gloo(const c10::intrusive_ptr<c10d::Store>& store, const Launch& launch,
                                      Milliseconds timeout) {
  const auto options = c10d::ProcessGroupGloo::Options::create(timeout);
  options->devices.push_back(launch.interface.empty()
                                 ? c10d::ProcessGroupGloo::createDefaultDevice()
                                 : c10d::ProcessGroupGloo::createDeviceForInterface(launch.interface));
  options->threads = 1;  // one call at a time
  return c10::make_intrusive<c10d::ProcessGroupGloo>(store, launch.rank, launch.size, options);
}
#endif

c10::intrusive_ptr<Backend> open_backend([[maybe_unused]] const c10::intrusive_ptr<c10d::Store>& store,
                                         [[maybe_unused]] const Launch& launch, [[maybe_unused]] torch::Device device,
                                         [[maybe_unused]] Milliseconds timeout) {
#ifdef LIMN_NCCL
  if (device.is_cuda()) return open_nccl(store, launch, timeout);
#endif
#ifdef LIMN_GLOO
  return open_gloo(store, launch, timeout);
#else
  return {};
#endif
}

}  // namespace

struct ProcessGroup::Connection {
  c10::intrusive_ptr<c10d::Store> store;
  c10::intrusive_ptr<Backend> backend;
  torch::Device place = torch::kCPU;  ///< where the backend wants its tensors
};

template <class Call>
auto ProcessGroup::guarded(Call call) {
  try {
    return call(*connection_);
  } catch (const std::exception& failure) {
    broken_ = true;
    throw Error(ErrorKind::model, "another rank does not answer",
                "rank " + std::to_string(rank()) + " of " + std::to_string(size()) + ": " + first_line(failure.what()),
                "start all ranks again");
  }
}

ProcessGroup::ProcessGroup(const Launch& launch, torch::Device device, std::chrono::seconds timeout)
    : launch_(launch), connection_(std::make_unique<Connection>()) {
  require(possible(device), ErrorKind::model,
          "this build trains with one process only: its LibTorch came without Gloo's headers",
          std::string("LibTorch ") + TORCH_VERSION + ", started as rank " + std::to_string(launch.rank) + " of " +
              std::to_string(launch.size),
          "build against Debian's libtorch-dev with libgloo-dev, or, for GPUs, where nccl.h is found; or start one "
          "process");
  try {
    connection_->store = open_store(launch, timeout);
    connection_->backend = open_backend(connection_->store, launch, device, timeout);
  } catch (const std::exception& failure) {
    throw Error(ErrorKind::model, "the ranks do not find each other: " + first_line(failure.what()),
                "rank " + std::to_string(launch.rank) + " of " + std::to_string(launch.size) + ", " + launch.address +
                    ":" + std::to_string(launch.port),
                "start all ranks within run.rank_timeout_s; check MASTER_ADDR, MASTER_PORT and GLOO_SOCKET_IFNAME");
  }
  if (connection_->backend->getBackendName() == "nccl") connection_->place = device;
}

bool ProcessGroup::possible([[maybe_unused]] torch::Device device) {
#if defined(LIMN_GLOO)
  return true;
#elif defined(LIMN_NCCL)
  return device.is_cuda();
#else
  return false;
#endif
}

ProcessGroup::~ProcessGroup() {
  if (broken_) static_cast<void>(connection_.release());  // its destructor could wait for those who are gone
}

void ProcessGroup::sum(torch::Tensor tensor) {
  guarded([&](Connection& c) {
    std::vector<torch::Tensor> there = {tensor.to(c.place)};
    c.backend->allreduce(there)->wait();
    if (!there[0].is_same(tensor)) tensor.copy_(there[0]);
  });
}

void ProcessGroup::broadcast(torch::Tensor tensor) {
  guarded([&](Connection& c) {
    std::vector<torch::Tensor> there = {tensor.to(c.place)};
    c.backend->broadcast(there)->wait();
    if (!there[0].is_same(tensor)) tensor.copy_(there[0]);
  });
}

std::string ProcessGroup::of_first(const std::string& text) {
  return guarded([&](Connection& c) {
    const std::string key = "text" + std::to_string(texts_++);
    if (launch_.leads()) c.store->set(key, std::vector<uint8_t>(text.begin(), text.end()));
    const std::vector<uint8_t> bytes = c.store->get(key);
    return std::string(bytes.begin(), bytes.end());
  });
}

#else

struct ProcessGroup::Connection {};

ProcessGroup::ProcessGroup(const Launch& launch, torch::Device, std::chrono::seconds) : launch_(launch) {
  throw Error(ErrorKind::model, "this LibTorch has no c10d, so that it trains with one process only",
              std::string("LibTorch ") + TORCH_VERSION + ", started as rank " + std::to_string(launch.rank) + " of " +
                  std::to_string(launch.size),
              "build against a LibTorch with USE_DISTRIBUTED, or start one process");
}

bool ProcessGroup::possible(torch::Device) { return false; }
ProcessGroup::~ProcessGroup() = default;
void ProcessGroup::sum(torch::Tensor) {}
void ProcessGroup::broadcast(torch::Tensor) {}
std::string ProcessGroup::of_first(const std::string& text) { return text; }

#endif

void ProcessGroup::meet() { sum(torch::zeros({1})); }

}  // namespace limn
