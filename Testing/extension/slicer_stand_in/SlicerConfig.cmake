# A stand-in for a built Slicer, so that the extension can be configured and installed where there is none:
#
#   cmake -S . -B build -DSlicer_DIR=Testing/extension/slicer_stand_in
#   cmake --install build --prefix folder
#
# It has the macros and variables of Slicer and CTK that this extension uses, and refuses what they refuse (a file that
# is not there, an argument that they do not know, a list of scripts that is empty). Files are copied while configuring,
# so nothing has to be compiled.

set(Slicer_USE_FILE ${CMAKE_CURRENT_LIST_DIR}/UseSlicer.cmake)
set(Slicer_EXTENSION_GENERATE_CONFIG ${CMAKE_CURRENT_LIST_DIR}/ExtensionConfig.cmake)
set(Slicer_EXTENSION_CPACK ${CMAKE_CURRENT_LIST_DIR}/ExtensionCPack.cmake)
set(Slicer_QTSCRIPTEDMODULES_LIB_DIR lib/Slicer-5.12/qt-scripted-modules)
# As in a package for macOS, where the two differ: a mix-up of them is seen.
set(Slicer_INSTALL_QTSCRIPTEDMODULES_LIB_DIR Slicer.app/Contents/Extensions-1/MuscleSeg/${Slicer_QTSCRIPTEDMODULES_LIB_DIR})
set(BUILD_TESTING ON)
