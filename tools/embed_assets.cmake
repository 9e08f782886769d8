# Writes OUT, a C++ file with the bytes of every file of ASSETS under its name relative to ROOT.
set(text "#include \"limn/base/assets.h\"\n\nnamespace limn {\n\nconst std::map<std::string, std::string>& embedded_assets() {\n  static const std::map<std::string, std::string> assets = {\n")
foreach(file ${ASSETS})
  file(RELATIVE_PATH name ${ROOT} ${file})
  file(READ ${file} bytes)
  string(APPEND text "      {\"${name}\", R\"~~~(${bytes})~~~\"},\n")
endforeach()
string(APPEND text "  };\n  return assets;\n}\n\n}  // namespace limn\n")
file(WRITE ${OUT} "${text}")
