# `cmake --install build --prefix DIR`: the program in bin, what it reads in share/attention-lab.
# The program finds its share folder from its own path (app/asset_path.h), so DIR may be moved afterwards;
# the build tree has the same shape, with links to the sources.

include(GNUInstallDirs)
install(TARGETS attention-lab RUNTIME DESTINATION bin)
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/share/attention-lab)
foreach(folder IN ITEMS assets shaders)
  if(IS_DIRECTORY ${PROJECT_SOURCE_DIR}/${folder})
    install(DIRECTORY ${folder} DESTINATION share/attention-lab)
    file(CREATE_LINK ${PROJECT_SOURCE_DIR}/${folder} ${PROJECT_BINARY_DIR}/share/attention-lab/${folder} SYMBOLIC)
  endif()
endforeach()
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES assets/attention-lab.desktop DESTINATION share/applications)
install(FILES assets/attention-lab.svg DESTINATION share/icons/hicolor/scalable/apps)
