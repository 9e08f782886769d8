# The training wing: everything that needs LibTorch. Debian's 1.13 by default; any upstream LibTorch 2.x through
# -DCMAKE_PREFIX_PATH=/path/to/libtorch (or `python3 -c "import torch; print(torch.utils.cmake_prefix_path)"`).
if(NOT LIMN_CUDA AND NOT TARGET torch::cudart)
  # A LibTorch with CUDA, such as PyPI's, asks for the CUDA toolkit unless this target is there. Without kernels of our
  # own only its libraries are linked, which find the CUDA runtime beside themselves.
  add_library(torch::cudart INTERFACE IMPORTED)
endif()
find_package(Torch REQUIRED)
message(STATUS "LibTorch ${Torch_VERSION}")
if(TORCH_CXX_FLAGS MATCHES "_GLIBCXX_USE_CXX11_ABI=0")
  message(FATAL_ERROR "This LibTorch uses the C++ library's old ABI, which no other library here does. "
    "Take one with the new ABI: a 'cxx11-abi' download, or PyPI's torch 2.7 or newer.")
endif()

file(GLOB_RECURSE TRAINING_SOURCES CONFIGURE_DEPENDS src/limn/cycle/*.cpp src/limn/losses/*.cpp src/limn/train/*.cpp)
list(FILTER TRAINING_SOURCES EXCLUDE REGEX "_test\\.cpp$")
add_library(limn_training STATIC ${TRAINING_SOURCES})
if(LIMN_CUDA)
  target_sources(limn_training PRIVATE src/limn/cycle/draw_cuda.cu)
  target_compile_definitions(limn_training PUBLIC LIMN_CUDA)
endif()
target_include_directories(limn_training SYSTEM PUBLIC ${TORCH_INCLUDE_DIRS})
string(REPLACE " " ";" TORCH_FLAGS "${TORCH_CXX_FLAGS}")
target_compile_options(limn_training PUBLIC "$<$<COMPILE_LANGUAGE:CXX>:${TORCH_FLAGS}>")
target_precompile_headers(limn_training PRIVATE <torch/torch.h>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(limn_training PUBLIC "$<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>")  # for ccache
endif()
target_link_libraries(limn_training PUBLIC limn ${TORCH_LIBRARIES} PRIVATE limn_options OpenMP::OpenMP_CXX
                      nlohmann_json::nlohmann_json)

# Several processes (train/process_group): c10d's Gloo needs Gloo's own headers, of the copy that this LibTorch was built with.
# Debian's has them beside LibTorch's; PyPI's has none, but NCCL's in another wheel.
find_path(LIMN_GLOO_HEADERS gloo/rendezvous/store.h PATHS ${TORCH_INCLUDE_DIRS} NO_DEFAULT_PATH)
find_path(LIMN_NCCL_HEADERS nccl.h HINTS ${TORCH_INSTALL_PREFIX}/../nvidia/nccl/include)
set(PROCESS_GROUP_DEFINITIONS)
if(LIMN_GLOO_HEADERS)
  list(APPEND PROCESS_GROUP_DEFINITIONS LIMN_GLOO)
endif()
if(LIMN_CUDA AND LIMN_NCCL_HEADERS)
  list(APPEND PROCESS_GROUP_DEFINITIONS LIMN_NCCL)
  target_include_directories(limn_training SYSTEM PRIVATE ${LIMN_NCCL_HEADERS})
endif()
set_source_files_properties(src/limn/train/process_group.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON
                            COMPILE_DEFINITIONS "${PROCESS_GROUP_DEFINITIONS}")

add_executable(limn_train app/train_main.cpp app/report.cpp)
set_target_properties(limn_train PROPERTIES OUTPUT_NAME limn-train)
execute_process(COMMAND git describe --always --dirty WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
                OUTPUT_VARIABLE LIMN_GIT_HASH OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
target_compile_definitions(limn_train PRIVATE LIMN_VERSION="${PROJECT_VERSION} ${LIMN_GIT_HASH}")
target_link_libraries(limn_train PRIVATE limn_training limn_options CLI11::CLI11)
