# The target merit_rdkafka: librdkafka's C API, 2.8 or newer; include as <librdkafka/rdkafka.h>.
#
# Older ones skip records when a partition is paused, and stall for a second when a queue is full (ARCHITECTURE.md). Ours,
# where deploy/librdkafka.sh has made one, is linked statically; else the distribution's is taken.
execute_process(COMMAND ${CMAKE_SOURCE_DIR}/deploy/librdkafka.sh --prefix
  OUTPUT_VARIABLE rdkafka_made OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
set(MERIT_RDKAFKA "${rdkafka_made}" CACHE PATH "where deploy/librdkafka.sh has put librdkafka")

add_library(merit_rdkafka INTERFACE)
if(EXISTS ${MERIT_RDKAFKA}/lib/librdkafka.a)
  find_package(OpenSSL 3 REQUIRED COMPONENTS SSL Crypto)
  pkg_check_modules(LZ4 REQUIRED IMPORTED_TARGET liblz4)
  # As an archive with needs of its own, so that these stand behind it on every command line.
  add_library(merit_rdkafka_archive STATIC IMPORTED)
  set_target_properties(merit_rdkafka_archive PROPERTIES IMPORTED_LOCATION ${MERIT_RDKAFKA}/lib/librdkafka.a)
  target_include_directories(merit_rdkafka_archive SYSTEM INTERFACE ${MERIT_RDKAFKA}/include)
  target_link_libraries(merit_rdkafka_archive INTERFACE
    OpenSSL::SSL OpenSSL::Crypto ZLIB::ZLIB PkgConfig::ZSTD PkgConfig::LZ4 Threads::Threads ${CMAKE_DL_LIBS} m)
  target_link_libraries(merit_rdkafka INTERFACE merit_rdkafka_archive)
else()
  pkg_check_modules(RDKAFKA IMPORTED_TARGET rdkafka>=2.8)
  if(NOT RDKAFKA_FOUND)
    message(FATAL_ERROR "librdkafka 2.8 or newer is not there; deploy/setup.sh sees to it (without packages: deploy/librdkafka.sh)")
  endif()
  target_link_libraries(merit_rdkafka INTERFACE PkgConfig::RDKAFKA)
endif()
