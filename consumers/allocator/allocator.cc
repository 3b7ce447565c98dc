// Where the programs' memory comes from: jemalloc, in pages of 2 MiB where the kernel has them.
//
// The rows of a city are looked at in no order, so nearly every look is a miss of the processor's
// address cache as well; large pages end that (bench/README.md has what they bring). The kernel
// gives them to those who ask ("madvise", the default of most distributions), which glibc's own
// allocator does only when an environment variable says so before the program starts.
//
//   Caveats  read by jemalloc before main; MALLOC_CONF in the environment goes before it
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "thp:always,metadata_thp:auto";
}
