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
  if (std::signal(SIGHUP, note) == SIG_IGN) std::signal(SIGHUP, SIG_IGN);  // nohup
  // The products are files: that nobody reads the messages any more (limn predict ... | head) must not leave half of
  // them.
  std::signal(SIGPIPE, SIG_IGN);
}

bool is_interrupted() { return interrupted; }

bool take_interrupt() {
  if (!interrupted) return false;
  interrupted = 0;
  catch_interrupts();
  return true;
}

void stop_if_interrupted(const char* remedy) {
  if (interrupted) throw Error(ErrorKind::interrupted, "interrupted", "", remedy);
}

}  // namespace limn::app
