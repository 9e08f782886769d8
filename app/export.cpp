#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/export/onnx.h"
#include "locate.h"
#include "verbs.h"

namespace limn::app {
namespace fs = std::filesystem;

void run_export(const ExportArguments& arguments) {
  require(fs::path(arguments.onnx).extension() == ".onnx", ErrorKind::usage, "an ONNX model is a .onnx file",
          "--onnx " + arguments.onnx, "name it so");
  std::error_code ignored;
  require(fs::is_directory(fs::absolute(arguments.onnx, ignored).parent_path(), ignored), ErrorKind::input,
          "no such folder", arguments.onnx, "make the folder first");
  write_file_atomic(arguments.onnx, onnx_bytes(ModelFile::load(find_model(arguments.model))));
}

}  // namespace limn::app
