/* Feeds a fuzz target its seeds, once each: what `make test` does with every target, in the build with
 * sanitizers that the other tests use. Looking for new inputs takes libFuzzer (`make fuzz`).
 *
 *     seeds_NAME FOLDER     exit code 1 with a line when there is no seed to read */
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEED_MAX = 16 * 1024 * 1024, SECONDS_MAX = 60 /* then it hangs */ };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));

/* On the heap and of its exact size, so that a read past the end is seen. NULL: it cannot be read. */
static uint8_t *read_seed(int folder, const char *name, size_t *ret_size)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
	struct stat st;
	uint8_t *bytes = NULL;

	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size <= SEED_MAX)
		bytes = malloc(st.st_size ? (size_t)st.st_size : 1);
	if (bytes && read(fd, bytes, (size_t)st.st_size) != st.st_size) {
		free(bytes);
		bytes = NULL;
	}
	if (fd >= 0)
		(void)close(fd);
	*ret_size = bytes ? (size_t)st.st_size : 0;
	return bytes;
}

static bool feed(int folder, const char *name)
{
	size_t size;
	uint8_t *bytes = read_seed(folder, name, &size);

	if (!bytes) {
		(void)fprintf(stderr, "%s: cannot be read\n", name);
		return false;
	}
	(void)fprintf(stderr, "%s\n", name); /* the last one named is the one that failed */
	(void)alarm(SECONDS_MAX);
	(void)LLVMFuzzerTestOneInput(bytes, size);
	(void)alarm(0);
	free(bytes);
	return true;
}

int main(int argc, char **argv)
{
	DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
	const struct dirent *e;
	unsigned count = 0;

	if (!folder) {
		(void)fprintf(stderr, "write: %s FOLDER\n", argv[0]);
		return 1;
	}
	if (LLVMFuzzerInitialize && LLVMFuzzerInitialize(&argc, &argv) != 0)
		return 1;
	while ((e = readdir(folder)) != NULL)
		if (e->d_name[0] != '.') {
			if (!feed(dirfd(folder), e->d_name))
				return 1;
			count++;
		}
	(void)closedir(folder);
	(void)printf("%u seeds\n", count);
	return count ? 0 : 1;
}
