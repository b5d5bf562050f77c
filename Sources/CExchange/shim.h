#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Gives two files each other's name in one step; not 0 where the system or the file system cannot. */
static inline int cexchange(const char *one, const char *other) {
#ifdef SYS_renameat2
    return (int)syscall(SYS_renameat2, AT_FDCWD, one, AT_FDCWD, other, 2u /* RENAME_EXCHANGE */);
#else
    return -1;
#endif
}
