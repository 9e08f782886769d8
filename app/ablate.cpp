#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <exception>
#include <iostream>
#include <mutex>
#include <thread>

#include "interrupt.h"
#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/evaluate/ablation.h"
#include "limn/evaluate/benchmark.h"
#include "locate.h"
#include "progress.h"
#include "verbs.h"

extern char** environ;

namespace limn::app {
namespace fs = std::filesystem;
namespace {

constexpr const char* go_on = "run the same command again: finished runs are kept, begun ones are continued";

/// Runs a program of ours to its end, its output at the end of `log`. Ctrl-C reaches it too: it gets time to save.
/// Error(model) when it fails.
void run_program(const std::string& name, const std::vector<std::string>& arguments, const fs::path& log) {
  const std::string program = (binary_folder() / name).string();
  std::vector<std::string> words = {program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  posix_spawn_file_actions_adddup2(&files, 1, 2);
  pid_t child = 0;
  const int failed = posix_spawn(&child, program.c_str(), &files, nullptr, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (failed != 0)
    throw Error(ErrorKind::usage, std::string("cannot run ") + name + ": " + std::strerror(failed), program,
                "build it (LIMN_TRAINING=ON)");
  int status = 0;
  bool told = false;
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (is_interrupted() && !told) kill(child, SIGTERM), told = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  stop_if_interrupted(go_on);
  require(WIFEXITED(status) && WEXITSTATUS(status) == 0, ErrorKind::model, "a run failed", log.string(),
          "read the end of that file; run the same command again to continue");
}

struct Run {
  size_t row = 0;
  int seed = 0;
  fs::path folder;
};

/// Trains and measures one cell of the grid, or what is left of it to do.
class Ablation {
 public:
  explicit Ablation(const AblateArguments& arguments)
      : arguments_(arguments), plan_(AblationPlan::load(arguments.config)), out_(arguments.out) {
    require(fs::exists(plan_.preset), ErrorKind::input, "the preset is missing", plan_.preset.string(),
            "'preset' is relative to the plan");
    fs::create_directories(out_);
    for (int seed : plan_.seeds)  // rows grow together: a stopped ablation has comparable ones
      for (size_t row = 0; row < plan_.rows.size(); ++row)
        runs_.push_back({row, seed, folder_of(row, seed)});
    for (const Run& run : runs_) claim(run);
  }

  void run() {
    std::atomic<size_t> next{0};
    std::exception_ptr failure;
    std::mutex lock;
    std::condition_variable one_ended;
    Progress progress("runs", static_cast<long long>(runs_.size()), arguments_.quiet);
    const auto work = [&] {
      for (size_t i = next++; i < runs_.size(); i = next++) try {
          {
            std::unique_lock guard(lock);
            one_ended.wait(guard, [&] { return failure || is_ready(runs_[i]); });
            if (failure) return;
          }
          finish(runs_[i]);
          const std::lock_guard guard(lock);
          progress.step();
          write_results();
          one_ended.notify_all();
        } catch (...) {
          const std::lock_guard guard(lock);
          if (!failure) failure = std::current_exception();
          next = runs_.size();
          one_ended.notify_all();
        }
    };
    std::vector<std::thread> others;
    for (int i = 1; i < arguments_.jobs; ++i) others.emplace_back(work);
    work();
    for (std::thread& other : others) other.join();
    if (failure) std::rethrow_exception(failure);
  }

  std::string table() const { return ablation_table(results()); }

 private:
  fs::path folder_of(size_t row, int seed) const {
    return out_ / (file_name_of(plan_.rows[row].name) + "-seed" + std::to_string(seed));
  }

  std::vector<std::string> settings_of(const Run& run) const {
    std::vector<std::string> settings = {"run.seed=" + std::to_string(run.seed)};
    if (const size_t origin = plan_.origin_of(run.row); origin < plan_.rows.size())
      settings.push_back("run.start_from=" +
                         (folder_of(origin, run.seed) / "run1" / "weights" / "last.safetensors").string());
    const auto append = [&](const std::vector<std::string>& more) {
      settings.insert(settings.end(), more.begin(), more.end());
    };
    append(arguments_.set);
    append(plan_.rows[run.row].set);
    return settings;
  }

  /// The folder belongs to these settings: reports of others must not be taken for theirs.
  void claim(const Run& run) const {
    std::string settings = read_file(plan_.preset);
    for (const std::string& setting : settings_of(run)) settings += setting + "\n";
    if (plan_.rows[run.row].reread) settings += "reread\n";
    const fs::path note = run.folder / "settings.txt";
    if (fs::exists(note)) {
      require(read_file(note) == settings, ErrorKind::input, "the folder holds a run with other settings",
              run.folder.string(), "choose another --out, or delete that folder");
      return;
    }
    fs::create_directories(run.folder);
    write_file_atomic(note, settings);
  }

  /// Whether the run that it goes on from has ended. That one stands before it, so some thread has begun it.
  bool is_ready(const Run& run) const {
    const size_t origin = plan_.origin_of(run.row);
    return origin == plan_.rows.size() || fs::exists(folder_of(origin, run.seed) / "report.json");
  }

  void finish(const Run& run) const {
    stop_if_interrupted(go_on);
    const fs::path report = run.folder / "report.json", trained = run.folder / "trained", log = run.folder / "log.txt";
    if (fs::exists(report)) return;
    const fs::path training = run.folder / "run1";
    if (!fs::exists(trained)) {
      std::vector<std::string> words;
      if (fs::exists(training / "checkpoint.safetensors")) {
        words = {"--resume", training.string()};
      } else {
        fs::remove_all(training);  // stopped before its first checkpoint
        words = {"--config", plan_.preset.string()};
        for (const std::string& setting : settings_of(run)) words.insert(words.end(), {"--set", setting});
      }
      for (const std::string& own : {"run.runs=" + run.folder.string(), std::string("run.name=run")})
        words.insert(words.end(), {"--set", own});
      words.insert(words.end(), {"--verbosity", "json"});
      run_program("limn-train", words, log);
      write_file_atomic(trained, "");
    }
    const fs::path weights = training / "weights";
    std::vector<std::string> words = {"eval",   "--quiet",       "--dataset", arguments_.dataset,
                                      "--data", arguments_.data, "--model",   (weights / "last.safetensors").string(),
                                      "--out",  report.string()};
    if (plan_.rows[run.row].reread)
      words.insert(words.end(), {"--reread", (weights / "stage_one.safetensors").string()});
    run_program("limn", words, log);
  }

  std::vector<AblationResult> results() const {
    std::vector<AblationResult> results;
    for (const AblationRow& row : plan_.rows) results.push_back({row.name, {}});
    for (const Run& run : runs_) {
      const fs::path report = run.folder / "report.json";
      if (fs::exists(report)) results[run.row].runs.push_back(ablation_scores(read_file(report), report.string()));
    }
    return results;
  }

  void write_results() const {
    const std::vector<AblationResult> all = results();
    write_file_atomic(out_ / "ablation.json", ablation_json(all));
    write_file_atomic(out_ / "ablation.md", ablation_table(all));
    write_file_atomic(out_ / "ablation.svg", ablation_svg(all));
  }

  const AblateArguments& arguments_;
  AblationPlan plan_;
  fs::path out_;
  std::vector<Run> runs_;
};

}  // namespace

void run_ablate(const AblateArguments& arguments) {
  read_benchmark(arguments.dataset, arguments.data, "all",
                 Skeleton::human());  // what is wrong with it shows before hours of work
  Ablation ablation(arguments);
  ablation.run();
  std::cout << ablation.table();
}

}  // namespace limn::app
