#ifndef MM_BASE_LANG_H
#define MM_BASE_LANG_H

/*
 * Messages in the language of whoever asks. They are written in English where they arise; whoever fails
 * (mm_fail and its like) asks here for the words. What a request asks for in Russian is answered in Russian,
 * as far as lang_ru.c has words; tests/lint/words.mjs sees to it that it has all that a planner may meet.
 */

enum mm_lang { MM_LANG_EN, MM_LANG_RU };

/* Tells which language is wanted. Asked only when there is something to say. */
typedef enum mm_lang mm_lang_fn(const void *ctx);

/* Who knows the language of this thread's messages from now on; NULL: they are English. */
void mm_words_for(mm_lang_fn *wanted, const void *ctx);

/* The words of an English text or printf format, with the same conversions in the same order; static. */
const char *mm_words(const char *english) __attribute__((format_arg(1)));

/* Marks a text that is said elsewhere, by mm_words. */
#define MM_WORDS(english) english

/* lang_ru.c: the Russian words; NULL: there are none. */
struct mm_words_pair {
	const char *english, *words;
};
extern const struct mm_words_pair mm_words_ru[]; /* ends with an empty one */

#endif
