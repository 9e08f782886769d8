// A folder of results that appear all at once or not at all.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace limn::app {

/// Files are written to a hidden folder inside the output folder; commit() moves them to their names. Without commit()
/// they are removed, and so are the folders that were made for them.
class OutputFolder {
 public:
  /// Error(input) where the folder cannot be made.
  explicit OutputFolder(const std::filesystem::path& folder);
  ~OutputFolder();
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

  /// Where to write the file that will be called `name`, which may lie in a folder of its own.
  std::filesystem::path staged(const std::string& name);
  /// A path for a file that is needed meanwhile: it goes when this does.
  std::filesystem::path scratch(const std::string& name) const { return staging_ / ("scratch-" + name); }
  /// `stem` + `ending`, or `file_name` + `ending` where that is taken already.
  std::string free_name(const std::filesystem::path& file, const std::string& ending) const;
  /// Moves the files, replacing older ones of their names; returns their paths. Error(input) where it cannot.
  std::vector<std::filesystem::path> commit();

 private:
  std::filesystem::path folder_, staging_, first_made_;
  std::vector<std::string> names_;
  std::set<std::string> taken_;
  bool committed_ = false;
};

}  // namespace limn::app
