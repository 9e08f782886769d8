#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "limn/base/error.h"
#include "locate.h"
#include "verbs.h"

namespace limn::app {

void run_train(const std::vector<std::string>& arguments) {
  const std::filesystem::path program = binary_folder() / "limn-train";
  std::error_code ignored;
  if (!std::filesystem::exists(program, ignored)) {
    const bool asks = std::any_of(arguments.begin(), arguments.end(),
                                  [](const std::string& word) { return word == "--help" || word == "-h"; });
    require(asks, ErrorKind::usage, "the training wing was not built: limn-train is missing", program.string(),
            "install LibTorch and configure with -DLIMN_TRAINING=ON");
    std::cout << "Train the networks. Needs limn-train beside this program (configure with -DLIMN_TRAINING=ON).\n"
                 "Example: limn train --config configs/tiny.toml --set run.seed=2\n";
    return;
  }
  std::vector<char*> words;
  std::string name = program.string();
  words.push_back(name.data());
  std::vector<std::string> copies = arguments;
  for (std::string& word : copies) words.push_back(word.data());
  words.push_back(nullptr);
  execv(name.c_str(), words.data());
  throw Error(ErrorKind::usage, std::string("cannot run limn-train: ") + std::strerror(errno), name, "build it again");
}

}  // namespace limn::app
