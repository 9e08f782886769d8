// libjpeg's headers, which need those of size_t and FILE before them. Private to media/.
#pragma once

// clang-format off
#include <cstddef>
#include <cstdio>
#include <jpeglib.h>
#include <jerror.h>
// clang-format on
