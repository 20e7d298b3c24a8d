# Our own code: warnings are errors, and the sanitizers see it. Third parties get neither.
add_library(tabtrain_options INTERFACE)
target_compile_options(tabtrain_options INTERFACE -Wall -Wextra -Wshadow -Werror
                       -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 sees ghosts in inlined inserts of strings and vectors; clang builds the same code for wasm.
  target_compile_options(tabtrain_options INTERFACE -Wno-unknown-warning-option -Wno-restrict -Wno-array-bounds
                         -Wno-stringop-overread -Wno-stringop-overflow)
endif()
target_include_directories(tabtrain_options INTERFACE "${CMAKE_SOURCE_DIR}/wasm")
if(TABTRAIN_SANITIZE)
  set(sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_compile_options(tabtrain_options INTERFACE ${sanitizers})
  target_link_options(tabtrain_options INTERFACE ${sanitizers})
endif()

# tabtrain_library(NAME SOURCES file... [DEPS library...] [PRIVATE_DEPS third-party...])
# One static library a folder of wasm/. DEPS are modules whose headers ours include; PRIVATE_DEPS
# are third parties that no other folder may see.
function(tabtrain_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  add_library(tabtrain_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(tabtrain_${name} PUBLIC tabtrain_options ${ARG_DEPS} PRIVATE ${ARG_PRIVATE_DEPS})
endfunction()

# tabtrain_test(NAME SOURCES file... DEPS library...)
# One GoogleTest program a module; under Emscripten it runs in Node with the real file system.
function(tabtrain_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE tabtrain_options ${ARG_DEPS} gtest_main)
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}/tests/cc")
  target_compile_definitions(${name} PRIVATE TABTRAIN_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  if(EMSCRIPTEN)
    tabtrain_node_program(${name})
  endif()
  add_test(NAME ${name} COMMAND ${name})
endfunction()

# Link flags of a command line program that runs in Node: tests and benchmarks.
function(tabtrain_node_program name)
  target_link_options(${name} PRIVATE -sNODERAWFS=1 -sENVIRONMENT=node,worker -sEXIT_RUNTIME=1
                      -sSTACK_SIZE=1MB -sASSERTIONS=1)
  if(TABTRAIN_THREADS)
    # A shared memory that grows makes every access from JavaScript slow: take a fixed size.
    target_link_options(${name} PRIVATE -sINITIAL_MEMORY=1GB -sPTHREAD_POOL_SIZE=4
                        -sPROXY_TO_PTHREAD=1
                        "--pre-js=${CMAKE_SOURCE_DIR}/tools/cmake/node-exit.js")
  else()
    target_link_options(${name} PRIVATE -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=2GB)
  endif()
endfunction()
