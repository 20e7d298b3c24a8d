# Flags that every file of the build shares, ours and the third parties'.
if(EMSCRIPTEN)
  add_compile_options(-msimd128)
  # Exceptions stay inside the core; wasm's own exception handling costs nothing until one is thrown.
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fwasm-exceptions>)
  add_link_options(-fwasm-exceptions)
  if(TABTRAIN_RELAXED_SIMD)
    add_compile_options(-mrelaxed-simd)
    # Node 20 runs relaxed SIMD only when asked to; later ones may no longer know the flag.
    set(relaxed_flag --experimental-wasm-relaxed-simd)
    execute_process(COMMAND node ${relaxed_flag} -e 0 RESULT_VARIABLE flag_unknown OUTPUT_QUIET ERROR_QUIET)
    if(NOT flag_unknown)
      set(CMAKE_CROSSCOMPILING_EMULATOR node ${relaxed_flag})
    endif()
  endif()
  if(TABTRAIN_THREADS)
    add_compile_options(-pthread)
    add_link_options(-pthread)
  endif()
endif()

# The archives hold more than a program uses: drop what nothing reaches, function by function.
add_compile_options(-ffunction-sections -fdata-sections)
if(NOT EMSCRIPTEN)
  add_link_options(-Wl,--gc-sections)
endif()

add_library(threads INTERFACE)
if(NOT EMSCRIPTEN)
  find_package(Threads REQUIRED)
  target_link_libraries(threads INTERFACE Threads::Threads)
endif()
