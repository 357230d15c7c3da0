/* Preloaded by `npm run test:posix`: makes pairs of sockets hold about 8 KiB, as on macOS, and not 200 as on Linux. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/socket.h>

int socketpair(int domain, int type, int protocol, int pair[2]) {
  int (*original)(int, int, int, int *) = (int (*)(int, int, int, int *))dlsym(RTLD_NEXT, "socketpair");
  int result = original(domain, type, protocol, pair);
  /* Linux doubles it, and counts its own records too. */
  int bytes = 4096;
  for (int end = 0; result == 0 && end < 2; end++)
    setsockopt(pair[end], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
  return result;
}
