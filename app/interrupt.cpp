#include "interrupt.h"

#include <csignal>

#include "limn/base/error.h"

namespace limn::app {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void note(int signal) {
  interrupted = 1;
  std::signal(signal, SIG_DFL);  // a second Ctrl-C ends the program at once
}

}  // namespace

void catch_interrupts() {
  std::signal(SIGINT, note);
  std::signal(SIGTERM, note);
}

bool is_interrupted() { return interrupted; }

void stop_if_interrupted(const char* remedy) {
  if (interrupted) throw Error(ErrorKind::interrupted, "interrupted", "", remedy);
}

}  // namespace limn::app
