# XNNPACK and pthreadpool. XNNPACK's own CMakeLists.txt of this date knows no wasm, and builds some
# 700 files of which we link a few dozen: XnnPackSources.cmake lists those, see its head.
set(XNNPACK_DIR "${TABTRAIN_THIRD_PARTY}/xnnpack")
option(TABTRAIN_XNNPACK_ALL "Compile every production source of XNNPACK, to find the ones that link" OFF)

# pthreadpool's own build takes a single-threaded shim on Emscripten; its pthreads run there as well.
add_library(pthreadpool STATIC EXCLUDE_FROM_ALL)
target_include_directories(pthreadpool SYSTEM
  PUBLIC "${TABTRAIN_THIRD_PARTY}/pthreadpool/include"
  PRIVATE "${TABTRAIN_THIRD_PARTY}/pthreadpool/src" "${TABTRAIN_THIRD_PARTY}/fxdiv/include")
set(pthreadpool_src "${TABTRAIN_THIRD_PARTY}/pthreadpool/src")
if(TABTRAIN_THREADS)
  target_sources(pthreadpool PRIVATE
    "${pthreadpool_src}/portable-api.c" "${pthreadpool_src}/memory.c" "${pthreadpool_src}/pthreads.c"
    "${pthreadpool_src}/legacy-api.c" "${pthreadpool_src}/fastpath.c")
  target_link_libraries(pthreadpool PUBLIC threads)
else()
  target_sources(pthreadpool PRIVATE "${pthreadpool_src}/shim.c")
endif()
target_compile_definitions(pthreadpool PRIVATE _GNU_SOURCE PTHREADPOOL_USE_FUTEX=1
  PTHREADPOOL_USE_CONDVAR=0 PTHREADPOOL_USE_CPUINFO=0 PTHREADPOOL_USE_EVENT=0 PTHREADPOOL_USE_GCD=0
  PTHREADPOOL_USE_FASTPATH=0)

if(TABTRAIN_XNNPACK_ALL)
  file(GLOB xnnpack_sources RELATIVE "${XNNPACK_DIR}"
    "${XNNPACK_DIR}/src/*.c" "${XNNPACK_DIR}/src/enums/*.c" "${XNNPACK_DIR}/src/configs/*.c"
    "${XNNPACK_DIR}/src/tables/*.c" "${XNNPACK_DIR}/src/reference/*.cc" "${XNNPACK_DIR}/src/operators/*.c")
  list(FILTER xnnpack_sources EXCLUDE REGEX "src/(subgraph|runtime|tensor|memory-planner)\\.c$")
  if(EMSCRIPTEN)
    set(sets scalar wasm wasmsimd)
    if(TABTRAIN_RELAXED_SIMD)
      list(APPEND sets wasmrelaxedsimd)
    endif()
  else()
    set(sets scalar sse sse2 ssse3 sse41 avx f16c fma3 avx2 avx512f avx512skx)
  endif()
  foreach(set ${sets})
    include("${XNNPACK_DIR}/cmake/gen/${set}_microkernels.cmake")
    string(TOUPPER ${set} SET)
    list(APPEND xnnpack_sources ${PROD_${SET}_MICROKERNEL_SRCS})
  endforeach()
  # These include arm_neon.h, which Emscripten 3.1.69 lacks.
  list(FILTER xnnpack_sources EXCLUDE REGEX "f32-q[su]8-vcvt-wasmsimd-magic")
else()
  include(XnnPackSources)
  if(NOT EMSCRIPTEN)
    set(xnnpack_sources ${XNNPACK_NATIVE_SOURCES})
  elseif(TABTRAIN_RELAXED_SIMD)
    set(xnnpack_sources ${XNNPACK_RELAXED_SOURCES})
  else()
    set(xnnpack_sources ${XNNPACK_SIMD_SOURCES})
  endif()
endif()

list(TRANSFORM xnnpack_sources PREPEND "${XNNPACK_DIR}/")
add_library(xnnpack STATIC EXCLUDE_FROM_ALL ${xnnpack_sources})
set_target_properties(xnnpack PROPERTIES CXX_STANDARD 17 C_EXTENSIONS ON CXX_EXTENSIONS ON)
target_include_directories(xnnpack SYSTEM
  PUBLIC "${XNNPACK_DIR}/include"
  PRIVATE "${XNNPACK_DIR}/src" "${TABTRAIN_THIRD_PARTY}/fp16/include" "${TABTRAIN_THIRD_PARTY}/fxdiv/include")
target_link_libraries(xnnpack PUBLIC pthreadpool)
target_compile_options(xnnpack PRIVATE -O2 -w)
target_compile_definitions(xnnpack PRIVATE _GNU_SOURCE XNN_LOG_LEVEL=0
  XNN_ENABLE_MEMOPT=1 XNN_ENABLE_GEMM_M_SPECIALIZATION=1 XNN_ENABLE_DWCONV_MULTIPASS=0
  XNN_ENABLE_ASSEMBLY=0 XNN_ENABLE_SPARSE=0 XNN_ENABLE_JIT=0 XNN_ENABLE_KLEIDIAI=0 XNN_ENABLE_HVX=0
  XNN_ENABLE_ARM_FP16_VECTOR=0 XNN_ENABLE_ARM_FP16_SCALAR=0 XNN_ENABLE_ARM_BF16=0
  XNN_ENABLE_ARM_DOTPROD=0 XNN_ENABLE_ARM_I8MM=0 XNN_ENABLE_ARM_SME=0 XNN_ENABLE_ARM_SME2=0
  XNN_ENABLE_RISCV_VECTOR=0 XNN_ENABLE_RISCV_FP16_VECTOR=0
  XNN_ENABLE_AVXVNNI=0 XNN_ENABLE_AVXVNNIINT8=0 XNN_ENABLE_AVX256SKX=0 XNN_ENABLE_AVX256VNNI=0
  XNN_ENABLE_AVX256VNNIGFNI=0 XNN_ENABLE_AVX512VBMI=0 XNN_ENABLE_AVX512VNNI=0
  XNN_ENABLE_AVX512VNNIGFNI=0 XNN_ENABLE_AVX512AMX=0 XNN_ENABLE_AVX512FP16=0)
if(EMSCRIPTEN)
  target_compile_definitions(xnnpack PRIVATE XNN_ENABLE_CPUINFO=0)
else()
  # One micro-kernel file an instruction set, chosen at run time by cpuinfo.
  find_library(CPUINFO_LIBRARY cpuinfo REQUIRED)
  target_link_libraries(xnnpack PUBLIC ${CPUINFO_LIBRARY})
  target_compile_definitions(xnnpack PRIVATE XNN_ENABLE_CPUINFO=1 XNN_ENABLE_AVX512F=1 XNN_ENABLE_AVX512SKX=1)
  foreach(source ${xnnpack_sources})
    if(source MATCHES "avx512skx")
      set(flags -mf16c -mfma -mavx512f -mavx512cd -mavx512bw -mavx512dq -mavx512vl)
    elseif(source MATCHES "avx512f")
      set(flags -mavx512f)
    elseif(source MATCHES "avx2")
      set(flags -mf16c -mfma -mavx2)
    elseif(source MATCHES "fma3")
      set(flags -mf16c -mfma)
    elseif(source MATCHES "f16c")
      set(flags -mf16c)
    elseif(source MATCHES "avx")
      set(flags -mavx)
    elseif(source MATCHES "sse41")
      set(flags -msse4.1)
    elseif(source MATCHES "ssse3")
      set(flags -mssse3)
    else()
      continue()
    endif()
    set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "${flags}")
  endforeach()
endif()
