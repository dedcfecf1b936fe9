// Memory of a job in large pages. Linux gives memory page by page when each is first touched, and a job that
// reads a large file at the speed of memory spent a fifth of its time on being given some. Of the GNU C
// library's malloc; elsewhere, and where the machine has no large pages to give, nothing changes.
#pragma once

#include <cstddef>

namespace fvm::runner {

// Of what this process allocates from now on, about so many bytes are in large pages, and what is freed stays
// at hand. Before other threads begin.
void use_large_pages(size_t bytes);

}  // namespace fvm::runner
