/* libFuzzer: any bytes as an MBTiles database. What opens is asked for metadata and tiles; all of it is
 * given, missing or refused with words. */
#include "archive/mbtiles_reader.h"
#include "archive/tile_number.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(struct mm_mbtiles_reader *r)
{
	struct mm_buf out;

	mm_buf_init(&out, 1 << 20);
	(void)!mm_mbtiles_reader_metadata(r, "format", &out, NULL);
	for (uint32_t z = 0; z <= 3; z++) {
		struct mm_err err = {0};

		mm_buf_clear(&out);
		MM_CHECK(mm_mbtiles_reader_tile(r, mm_tile_number_first(z), &out, &err) == MM_OK ||
			 err.msg[0] != '\0');
	}
	mm_buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[] = "/tmp/munimap-fuzz-XXXXXX";
	const int fd = mkstemp(path);
	struct mm_mbtiles_reader *r = NULL;
	struct mm_err err = {0};

	if (fd < 0)
		return 0;
	if (write(fd, data, size) == (ssize_t)size) {
		if (mm_mbtiles_reader_new(path, &r, &err) == MM_OK)
			ask(r);
		else
			MM_CHECK(err.msg[0] != '\0');
	}
	(void)mm_mbtiles_reader_free(r);
	(void)close(fd);
	(void)unlink(path);
	return 0;
}
