# Third parties, from their sources, the same for native and wasm. Each is linked PRIVATE by the one
# folder that may use it.
foreach(name xnnpack pthreadpool fxdiv fp16 eigen3 stb nlohmann_json googletest
        benchmark)
  if(NOT EXISTS "${TABTRAIN_THIRD_PARTY}/${name}")
    message(FATAL_ERROR "${TABTRAIN_THIRD_PARTY}/${name} is missing: run `node tools/setup.mjs`")
  endif()
endforeach()

add_library(eigen3 INTERFACE)
target_include_directories(eigen3 SYSTEM INTERFACE "${TABTRAIN_THIRD_PARTY}/eigen3")
target_compile_definitions(eigen3 INTERFACE EIGEN_MPL2_ONLY)
if(EMSCRIPTEN)
  # Eigen has no wasm packets of its own; Emscripten maps SSE's intrinsics to SIMD128.
  target_compile_options(eigen3 INTERFACE -msse4.1)
endif()

add_library(stb INTERFACE)
target_include_directories(stb SYSTEM INTERFACE "${TABTRAIN_THIRD_PARTY}/stb")

add_library(fp16 INTERFACE)
target_include_directories(fp16 SYSTEM INTERFACE "${TABTRAIN_THIRD_PARTY}/fp16/include")

add_library(nlohmann_json INTERFACE)
target_include_directories(nlohmann_json SYSTEM INTERFACE "${TABTRAIN_THIRD_PARTY}/nlohmann_json/single_include")

include(XnnPack)

if(TABTRAIN_TESTS)
  add_library(gtest_main STATIC "${TABTRAIN_THIRD_PARTY}/googletest/googletest/src/gtest-all.cc"
                                "${TABTRAIN_THIRD_PARTY}/googletest/googletest/src/gtest_main.cc")
  target_include_directories(gtest_main SYSTEM
    PUBLIC "${TABTRAIN_THIRD_PARTY}/googletest/googletest/include"
    PRIVATE "${TABTRAIN_THIRD_PARTY}/googletest/googletest")
  target_link_libraries(gtest_main PUBLIC threads)
endif()

if(TABTRAIN_BENCH)
  set(BENCHMARK_ENABLE_TESTING OFF)
  set(BENCHMARK_ENABLE_INSTALL OFF)
  set(BENCHMARK_ENABLE_WERROR OFF)
  add_subdirectory("${TABTRAIN_THIRD_PARTY}/benchmark" benchmark EXCLUDE_FROM_ALL SYSTEM)
endif()
