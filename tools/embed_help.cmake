# Writes OUT, a header with what RUN (limn-run) answers to --help, VERB --help and --version, for app/launcher.cpp.
set(TEXTS "")
function(ask variable)
  execute_process(COMMAND ${RUN} ${ARGN} OUTPUT_VARIABLE answer RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${RUN} ${ARGN} failed: ${code}")
  endif()
  string(REPLACE "${RUN}" "limn" answer "${answer}")
  set(${variable} "R\"limn(${answer})limn\"" PARENT_SCOPE)
endfunction()

ask(help --help)
ask(version --version)
set(lines "    {\"\", ${help}},\n")
string(REGEX REPLACE ".*\nSubcommands:\n" "" verbs "${help}")
string(REGEX MATCHALL "\n  [a-z]+ " verbs "\n${verbs}")
foreach(verb IN LISTS verbs)
  string(STRIP "${verb}" verb)
  if(NOT verb STREQUAL "train")  # limn-train's own
    ask(text ${verb} --help)
    string(APPEND lines "    {\"${verb}\", ${text}},\n")
  endif()
endforeach()
file(WRITE ${OUT} "// Made by tools/embed_help.cmake.
#pragma once

#include <string_view>

namespace limn::app {

struct HelpText {
  std::string_view verb;  // empty: of the program
  const char* text;
};

inline constexpr const char* version_text = ${version};
inline constexpr HelpText help_texts[] = {
${lines}};

}  // namespace limn::app
")
