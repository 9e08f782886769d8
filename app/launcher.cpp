// limn: answers --help and --version at once, from texts taken when it was built. Everything else is done by limn-run
// beside it, whose start takes 30 ms: FFmpeg brings 130 libraries. (`limn train` hands over to limn-train likewise.)
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string_view>

#include "help_texts.h"

namespace {

/// What limn-run would print, or null where it has to be asked.
const char* known_answer(int argc, char** argv) {
  const std::string_view last = argc > 1 ? argv[argc - 1] : "";
  if (argc == 2 && last == "--version") return limn::app::version_text;
  if (argc > 3 || (last != "--help" && last != "-h")) return nullptr;
  for (const limn::app::HelpText& text : limn::app::help_texts)
    if (text.verb == (argc == 2 ? std::string_view() : argv[1])) return text.text;
  return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  if (const char* const answer = known_answer(argc, argv)) {
    const bool written = std::fputs(answer, stdout) >= 0 && std::fflush(stdout) == 0;
    return written ? 0 : 3;
  }
  std::error_code failed;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", failed);
  execv((self.parent_path() / "limn-run").c_str(), argv);
  std::fprintf(stderr, "limn: error: cannot start limn-run\n  where: %s\n  remedy: build or install it there again\n",
               self.parent_path().c_str());
  return 4;
}
