#include "base/sort.h"
#include "store/change_private.h"

#include <stdlib.h>

/* Two lists of what is drawn: what of each is not in the other. */

static const uint32_t none = UINT32_MAX;

/* The part of both lists between what they begin and what they end with alike. */
struct middle {
	const struct mm_drawn *a, *b;
	size_t first, a_count, b_count;
	struct mm_keyed *room; /* for both lists and the sort */
	uint32_t *match;       /* of each of b: its equal in a, none: there is none */
	uint32_t *tail, *before;
	uint8_t *a_stays;
};

static struct middle middle_of(const struct mm_drawn *a, const struct mm_drawn *b)
{
	struct middle m = {.a = a, .b = b, .a_count = a->count, .b_count = b->count};

	while (m.a_count && m.b_count && a->hash[m.first] == b->hash[m.first]) {
		m.first++;
		m.a_count--;
		m.b_count--;
	}
	while (m.a_count && m.b_count &&
	       a->hash[m.first + m.a_count - 1] == b->hash[m.first + m.b_count - 1]) {
		m.a_count--;
		m.b_count--;
	}
	return m;
}

static struct mm_keyed *sorted(const struct mm_drawn *d, size_t first, size_t count, struct mm_keyed *to,
			       struct mm_keyed *spare)
{
	for (size_t i = 0; i < count; i++)
		to[i] = (struct mm_keyed){d->hash[first + i], i};
	mm_sort_keyed(to, spare, count);
	return to;
}

/* Finds the equals; of several the first goes with the first. */
static void match(struct middle *m)
{
	struct mm_keyed *spare = m->room + m->a_count + m->b_count,
			*a = sorted(m->a, m->first, m->a_count, m->room, spare),
			*b = sorted(m->b, m->first, m->b_count, m->room + m->a_count, spare);
	size_t i = 0;

	for (size_t k = 0; k < m->b_count; k++)
		m->match[k] = none;
	for (size_t k = 0; k < m->b_count && i < m->a_count;) {
		if (a[i].key == b[k].key)
			m->match[b[k++].value] = (uint32_t)a[i++].value;
		else if (a[i].key < b[k].key)
			i++;
		else
			k++;
	}
}

/* Where a number goes among the tails of rising rows: the first that is not below it. */
static size_t place_in(const struct middle *m, size_t count, uint32_t number)
{
	size_t low = 0, high = count;

	if (count && m->match[m->tail[count - 1]] < number) /* nearly all stand in order */
		return count;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (m->match[m->tail[mid]] < number)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Leaves the longest row of matches that rises: what stayed in its order. The rest has moved. */
static void leave_in_order(struct middle *m)
{
	size_t count = 0;
	uint32_t at;

	for (uint32_t k = 0; k < m->b_count; k++) {
		size_t place;

		if (m->match[k] == none)
			continue;
		place = place_in(m, count, m->match[k]);
		m->before[k] = place ? m->tail[place - 1] : none;
		m->tail[place] = k;
		count += place == count;
	}
	at = count ? m->tail[count - 1] : none;
	for (size_t k = m->b_count; k-- > 0;) {
		if (k == at)
			at = m->before[k];
		else
			m->match[k] = none;
	}
}

static void add_changed(struct middle *m, struct mm_box_set *ret)
{
	for (size_t k = 0; k < m->b_count; k++) {
		if (m->match[k] == none)
			mm_box_set_add(ret, &m->b->box[m->first + k]);
		else
			m->a_stays[m->match[k]] = 1;
	}
	for (size_t i = 0; i < m->a_count; i++)
		if (!m->a_stays[i])
			mm_box_set_add(ret, &m->a->box[m->first + i]);
}

bool mm_drawn_compare(const struct mm_drawn *a, const struct mm_drawn *b, struct mm_box_set *ret)
{
	struct middle m = middle_of(a, b);
	const size_t longer = m.a_count > m.b_count ? m.a_count : m.b_count;
	bool fine;

	if (longer == 0)
		return true;
	m.room = malloc((m.a_count + m.b_count + longer) * sizeof(*m.room));
	m.match = malloc((m.b_count + 1) * sizeof(*m.match));
	m.tail = malloc((m.b_count + 1) * sizeof(*m.tail));
	m.before = malloc((m.b_count + 1) * sizeof(*m.before));
	m.a_stays = calloc(m.a_count + 1, 1);
	fine = m.room && m.match && m.tail && m.before && m.a_stays;
	if (fine) {
		match(&m);
		leave_in_order(&m);
		add_changed(&m, ret);
	}
	free(m.room);
	free(m.match);
	free(m.tail);
	free(m.before);
	free(m.a_stays);
	return fine;
}
