#include "sources.h"

#include <glob.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "limn/base/error.h"
#include "limn/media/image_file.h"

namespace limn::app {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view webcam_prefix = "webcam:";
constexpr int most_webcams = 256;  // as many as Linux numbers

std::vector<fs::path> pictures_of(const fs::path& folder) {
  std::vector<fs::path> paths;
  std::error_code code;
  for (fs::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code))
    if (entry->is_regular_file() && is_image_path(entry->path()) && !entry->path().filename().string().starts_with('.'))
      paths.push_back(entry->path());
  if (code) throw Error(ErrorKind::input, "cannot list the folder: " + code.message(), folder.string(), "check it");
  std::sort(paths.begin(), paths.end());
  require(!paths.empty(), ErrorKind::input, "no pictures in the folder", folder.string(),
          "name a folder with .jpg or .png files; of videos name each, or a pattern: 'clips/*.mp4'");
  return paths;
}

std::vector<fs::path> matches_of(const std::string& pattern) {
  glob_t found{};
  const int code = glob(pattern.c_str(), GLOB_TILDE, nullptr, &found);  // sorted by name
  std::vector<fs::path> paths;
  for (size_t i = 0; i < found.gl_pathc; ++i) paths.emplace_back(found.gl_pathv[i]);
  globfree(&found);
  require(code == 0 && !paths.empty(), ErrorKind::input, "no file matches the pattern", pattern, "check the pattern");
  return paths;
}

Source webcam_of(const std::string& word) {
  Source source;
  source.kind = Source::Kind::webcam;
  source.name = word;
  const char* const begin = word.data() + webcam_prefix.size();
  const char* const end = word.data() + word.size();
  const auto [at, code] = std::from_chars(begin, end, source.webcam);
  require(code == std::errc() && at == end && source.webcam >= 0 && source.webcam < most_webcams, ErrorKind::usage,
          "a camera is named by a number", word, "write webcam:0 for the first one");
  return source;
}

/// The word as sources, pictures by themselves.
void add(const std::string& word, std::vector<Source>& sources) {
  std::error_code ignored;
  const fs::path path(word);
  if (word.starts_with(webcam_prefix)) {
    sources.push_back(webcam_of(word));
  } else if (!fs::exists(path, ignored) && word.find_first_of("*?[") != std::string::npos) {
    for (const fs::path& match : matches_of(word)) {
      if (fs::is_directory(match, ignored)) continue;
      add(match.string(), sources);
      sources.back().one_picture = false;
    }
  } else {
    require(fs::exists(path, ignored), ErrorKind::input, "file not found", word, "check the path");
    require(!fs::is_character_file(path, ignored) && !fs::is_block_file(path, ignored) && !fs::is_socket(path, ignored),
            ErrorKind::input, "the source is no file", word,
            "name a picture, a folder or a video; a camera is webcam:0");
    Source source;
    source.name = word;
    if (fs::is_directory(path, ignored)) {
      source.files = pictures_of(path);
    } else {
      source.files = {path};
      if (is_video_path(path)) source.kind = Source::Kind::video;
      source.one_picture = source.kind == Source::Kind::pictures;
    }
    sources.push_back(std::move(source));
  }
}

/// A folder for each video and camera, by its name; of equal names the later ones get a number.
void give_folders(std::vector<Source>& sources) {
  std::set<std::string> taken;
  for (Source& source : sources) {
    if (source.kind == Source::Kind::pictures) continue;
    const std::string name = source.file().stem().string();
    source.folder = name;
    for (int number = 2; !taken.insert(source.folder).second; ++number)
      source.folder = name + "-" + std::to_string(number);
  }
}

}  // namespace

VideoReader Source::open(const VideoReaderOptions& options) const {
  return kind == Kind::webcam ? VideoReader::webcam(webcam, options) : VideoReader(files.at(0), options);
}

fs::path Source::file() const {
  return kind == Kind::webcam ? fs::path("webcam" + std::to_string(webcam)) : files.at(0);
}

std::vector<Source> resolve_sources(const std::vector<std::string>& words) {
  std::vector<Source> each, sources;
  for (const std::string& word : words) add(word, each);
  Source pictures;
  for (Source& source : each) {
    if (source.kind != Source::Kind::pictures) {
      sources.push_back(std::move(source));
      continue;
    }
    pictures.one_picture = pictures.files.empty() && source.one_picture;
    pictures.name += (pictures.files.empty() ? "" : ", ") + source.name;
    pictures.files.insert(pictures.files.end(), source.files.begin(), source.files.end());
  }
  if (!pictures.files.empty()) sources.insert(sources.begin(), std::move(pictures));
  require(!sources.empty(), ErrorKind::input, "there is nothing to read", words.empty() ? "" : words[0],
          "name pictures, folders, videos or webcam:0");
  if (sources.size() > 1) give_folders(sources);
  return sources;
}

}  // namespace limn::app
