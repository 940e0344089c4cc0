# SPDX-License-Identifier: BSD-2-Clause
# cmake -DOUT=assets.c -DHEADER=reports/html_assets.h -DFILES="a.css;b.js" -P embed.cmake
# Turns files into C arrays named asset_<file name> with a final NUL, so that the program carries its own style sheets.
if(NOT OUT OR NOT FILES OR NOT HEADER)
    message(FATAL_ERROR "OUT, HEADER and FILES are needed")
endif()

set(text "/* Made by scripts/embed.cmake from the files named below. */\n#include \"${HEADER}\"\n")
foreach(file IN LISTS FILES)
    get_filename_component(name ${file} NAME)
    string(REGEX REPLACE "[^A-Za-z0-9]" "_" symbol ${name})
    file(READ ${file} octets HEX)
    string(LENGTH "${octets}" digits)
    math(EXPR length "${digits} / 2")
    string(REGEX REPLACE "(................................)" "\\1\n" octets "${octets}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," octets "${octets}")
    string(APPEND text "\n/* ${name} */\nconst struct asset asset_${symbol} = {${length}, (const unsigned char[]){\n"
                       "${octets}0x00}};\n")
endforeach()
file(WRITE ${OUT} "${text}")
