# The libraries that ROOMS names, as targets fvm_lib_NAME.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

function(fvm_pkg name package)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${package})
  add_library(fvm_lib_${name} INTERFACE)
  target_link_libraries(fvm_lib_${name} INTERFACE PkgConfig::${name})
endfunction()

fvm_pkg(fmt fmt)
fvm_pkg(openssl libcrypto)
fvm_pkg(sqlite sqlite3)
fvm_pkg(curl libcurl)
fvm_pkg(seccomp libseccomp)
fvm_pkg(zip libzip)
fvm_pkg(deflate libdeflate)
fvm_pkg(qpdf libqpdf)
# clang refuses a defaulted destructor of its JSON.hh with C++20's vector (GCC takes it): the same, written out.
if(CMAKE_CXX_COMPILER_ID STREQUAL Clang)
  find_path(FVM_QPDF qpdf/JSON.hh REQUIRED)
  file(READ ${FVM_QPDF}/qpdf/JSON.hh qpdf_json)
  string(REPLACE "virtual ~JSON_array() = default;" "virtual ~JSON_array() {}" qpdf_json "${qpdf_json}")
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/qpdf/qpdf/JSON.hh CONTENT "${qpdf_json}" @ONLY)
  target_include_directories(fvm_lib_qpdf SYSTEM BEFORE INTERFACE ${CMAKE_BINARY_DIR}/qpdf)
endif()
fvm_pkg(z zlib)
fvm_pkg(png libpng)
fvm_pkg(magic libmagic)
fvm_pkg(expat expat)
fvm_pkg(gmime gmime-3.0)
fvm_pkg(clp clp)
fvm_pkg(argon2 libargon2)
add_library(fvm_lib_zxcvbn INTERFACE)
target_link_libraries(fvm_lib_zxcvbn INTERFACE zxcvbn)  # no .pc file

# Its .pc file asks for jansson's, which only its own sources include.
add_library(fvm_lib_jose INTERFACE)
target_link_libraries(fvm_lib_jose INTERFACE cjose)

add_library(fvm_lib_json INTERFACE)
target_link_libraries(fvm_lib_json INTERFACE boost_json)
add_library(fvm_lib_beast INTERFACE)
target_link_libraries(fvm_lib_beast INTERFACE boost_url)
# Two of its assertions (3.3) fail on texts that its parser refuses properly two lines later ("[ = 1"): a program
# built without NDEBUG would end there, on what somebody sent.
add_library(fvm_lib_toml INTERFACE)
target_compile_options(fvm_lib_toml INTERFACE "-DTOML_ASSERT(expr)=static_assert(true)")

# DuckDB comes from npm (see third_party/ and docs/architecture/dependencies.md); `./run setup` unpacks it.
set(FVM_DUCKDB ${CMAKE_SOURCE_DIR}/third_party/duckdb CACHE PATH "folder with libduckdb.so and duckdb.h")
if(NOT EXISTS ${FVM_DUCKDB}/libduckdb.so)
  message(FATAL_ERROR "DuckDB is missing in ${FVM_DUCKDB}: run './run setup' first")
endif()
add_library(fvm_lib_duckdb INTERFACE)
target_include_directories(fvm_lib_duckdb SYSTEM INTERFACE ${FVM_DUCKDB})
target_link_libraries(fvm_lib_duckdb INTERFACE ${FVM_DUCKDB}/libduckdb.so)
