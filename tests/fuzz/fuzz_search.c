#include "search/position.h"
#include "search/words.h"

#include "base/err.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What somebody types into the search box: words are clean and lie within the text, coordinates are on the
 * earth. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct mm_box town = {37, 50, 41, 54};
	MM_ARENA_SCOPE(mem, 16 << 20);
	struct mm_search_word word[MM_SEARCH_WORDS_MAX];
	struct mm_search_position position[MM_SEARCH_POSITIONS_MAX];
	char *text = malloc(size + 1), *other = malloc(2 * size + 1);
	size_t count;

	MM_CHECK(text && other);
	memcpy(text, data, size);
	text[size] = '\0';
	count = mm_search_words(text, size, &mem, word);
	MM_CHECK(count <= MM_SEARCH_WORDS_MAX);
	for (size_t i = 0; i < count; i++) {
		MM_CHECK(word[i].from < word[i].to && word[i].to <= size);
		MM_CHECK(*word[i].text && !strpbrk(word[i].text, "\"'*()^: "));
		MM_CHECK(mm_search_slips(word[i].text, word[0].text, 2) < 1000);
	}
	count = mm_search_positions(text, size, NULL, &town, position);
	for (size_t i = 0; i < count; i++)
		MM_CHECK(fabs(position[i].lat) <= 90 && fabs(position[i].lon) <= 180);
	(void)mm_search_relayout(text, size, other);
	MM_CHECK(strlen(other) <= 2 * size);
	free(text);
	free(other);
	return 0;
}
