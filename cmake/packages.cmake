# Packages for R and Python that a session finds without installing them: build/session/python, build/session/R.
# fvm-launcher mounts both (src/sandbox/arguments.cpp). Without R on the machine that builds, there is no R package.
set(FVM_SESSION ${CMAKE_BINARY_DIR}/session)
file(GLOB fvm_python_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/packages/python/*/*.py)
set(fvm_package_stamps ${FVM_SESSION}/python.stamp)
add_custom_command(OUTPUT ${FVM_SESSION}/python.stamp
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${FVM_SESSION}/python
  COMMAND ${CMAKE_COMMAND} -E copy_directory ${CMAKE_SOURCE_DIR}/packages/python ${FVM_SESSION}/python
  COMMAND ${CMAKE_COMMAND} -E touch ${FVM_SESSION}/python.stamp
  DEPENDS ${fvm_python_sources} VERBATIM)

# What a session's desktop is started with: build/session/desktop.
file(GLOB fvm_desktop_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/packages/desktop/*)
list(APPEND fvm_package_stamps ${FVM_SESSION}/desktop.stamp)
add_custom_command(OUTPUT ${FVM_SESSION}/desktop.stamp
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${FVM_SESSION}/desktop
  COMMAND ${CMAKE_COMMAND} -E make_directory ${FVM_SESSION}/desktop
  COMMAND ${CMAKE_COMMAND} -E copy ${fvm_desktop_sources} ${FVM_SESSION}/desktop
  COMMAND ${CMAKE_COMMAND} -E touch ${FVM_SESSION}/desktop.stamp
  DEPENDS ${fvm_desktop_sources} VERBATIM)

find_program(FVM_R R)
if(FVM_R)
  file(GLOB_RECURSE fvm_r_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/packages/R/fvmtables/*)
  list(APPEND fvm_package_stamps ${FVM_SESSION}/R.stamp)
  add_custom_command(OUTPUT ${FVM_SESSION}/R.stamp
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${FVM_SESSION}/R
    COMMAND ${CMAKE_COMMAND} -E make_directory ${FVM_SESSION}/R
    COMMAND ${FVM_R} CMD INSTALL --no-docs --no-test-load --library=${FVM_SESSION}/R
      ${CMAKE_SOURCE_DIR}/packages/R/fvmtables > ${FVM_SESSION}/R.log 2>&1
    COMMAND ${CMAKE_COMMAND} -E touch ${FVM_SESSION}/R.stamp
    DEPENDS ${fvm_r_sources} VERBATIM)
endif()
add_custom_target(session_packages ALL DEPENDS ${fvm_package_stamps})
add_dependencies(fvm-launcher session_packages)
