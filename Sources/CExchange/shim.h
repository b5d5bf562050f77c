/* Macros alone: what other headers declare would be taken for this module's. */
#include <sys/syscall.h>

extern long syscall(long number, ...);

/* Gives two files each other's name in one step; not 0 where the system or the file system cannot. */
static inline int cexchange(const char *one, const char *other) {
#ifdef SYS_renameat2
    const int here = -100; /* AT_FDCWD */
    return (int)syscall(SYS_renameat2, here, one, here, other, 2u /* RENAME_EXCHANGE */);
#else
    return -1;
#endif
}
