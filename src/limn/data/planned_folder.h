// A folder that is filled once with the products of a plan, whatever stops the work in between: who may write there,
// and whether what is there already comes from the same plan.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace limn {

/// Products have their names only when they are whole (base/file.h). One process at a time works in a folder.
class PlannedFolder {
 public:
  /// Makes the folder and writes `plan`, a JSON object, under `plan_name`; or goes on in one of the same plan and
  /// removes what a killed run left half-written. Error(input), with nothing changed, where the folder cannot be made,
  /// holds other files, or another plan (the first key that differs is named), or another process is at work in it.
  PlannedFolder(std::filesystem::path folder, const std::string& plan_name, const std::string& plan);
  ~PlannedFolder();
  PlannedFolder(const PlannedFolder&) = delete;
  PlannedFolder& operator=(const PlannedFolder&) = delete;

  const std::filesystem::path& path() const { return folder_; }

 private:
  struct Lock;
  std::filesystem::path folder_;
  std::unique_ptr<Lock> lock_;
};

}  // namespace limn
