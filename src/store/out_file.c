#include "store/out_file.h"

#include "base/hash.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 1 << 20, BLOCKS = 8 };

struct block {
	unsigned char *bytes;
	size_t count;
};

struct mm_out_queue {
	struct block
	    block[BLOCKS]; /* the first `queued` from `first` on are the thread's, the next is being filled */
	struct mm_hash_stream *hash; /* the thread's while anything is queued */
	uint64_t written;            /* bytes of the file; the thread's, read under the lock */
	pthread_t thread;
	bool runs;
	pthread_mutex_t mu; /* guards all below */
	pthread_cond_t changed;
	size_t first, queued;
	bool closing;
};

void mm_out_file_fail(struct mm_out_file *o, int error)
{
	int none = 0;

	(void)atomic_compare_exchange_strong(&o->error, &none, error);
}

static void write_all(struct mm_out_file *o, const unsigned char *p, size_t n)
{
	while (n && !atomic_load(&o->error)) {
		ssize_t put = write(o->fd, p, n);

		if (put < 0 && errno != EINTR) {
			mm_out_file_fail(o, errno);
		} else if (put > 0) {
			p += put;
			n -= (size_t)put;
		}
	}
}

static void take(struct mm_out_file *o, const struct block *b)
{
	if (o->queue->hash && b->count)
		mm_hash_stream_put(o->queue->hash, b->bytes, b->count);
	write_all(o, b->bytes, b->count);
}

static void *run(void *ctx)
{
	struct mm_out_file *o = ctx;
	struct mm_out_queue *q = o->queue;

	(void)pthread_mutex_lock(&q->mu);
	for (;;) {
		while (!q->queued && !q->closing)
			(void)pthread_cond_wait(&q->changed, &q->mu);
		if (!q->queued)
			break;
		(void)pthread_mutex_unlock(&q->mu);
		take(o, &q->block[q->first]);
		(void)pthread_mutex_lock(&q->mu);
		q->written += q->block[q->first].count;
		q->block[q->first].count = 0;
		q->first = (q->first + 1) % BLOCKS;
		q->queued--;
		(void)pthread_cond_broadcast(&q->changed);
	}
	(void)pthread_mutex_unlock(&q->mu);
	return NULL;
}

static struct mm_out_queue *queue_new(void)
{
	struct mm_out_queue *q = calloc(1, sizeof(*q));

	if (!q)
		return NULL;
	if (pthread_mutex_init(&q->mu, NULL)) {
		free(q);
		return NULL;
	}
	if (pthread_cond_init(&q->changed, NULL)) {
		(void)pthread_mutex_destroy(&q->mu);
		free(q);
		return NULL;
	}
	return q;
}

void mm_out_file_begin(struct mm_out_file *o, int fd, uint64_t at)
{
	*o = (struct mm_out_file){.fd = fd, .queue = queue_new()};
	if (o->queue)
		mm_out_file_restart(o, at);
	else
		mm_out_file_fail(o, ENOMEM);
}

/* The block that is being filled. */
static struct block *filled(struct mm_out_queue *q)
{
	return &q->block[(q->first + q->queued) % BLOCKS];
}

/* Hands over the block that is being filled, and waits until there is another. Without a thread it is written
 * at once: a small file has none. */
static void hand_over(struct mm_out_file *o)
{
	struct mm_out_queue *q = o->queue;

	if (!q->runs && filled(q)->count == BLOCK)
		q->runs = pthread_create(&q->thread, NULL, run, o) == 0;
	if (!q->runs) {
		take(o, filled(q));
		q->written += filled(q)->count;
		filled(q)->count = 0;
		return;
	}
	(void)pthread_mutex_lock(&q->mu);
	q->queued++;
	(void)pthread_cond_broadcast(&q->changed);
	while (q->queued == BLOCKS)
		(void)pthread_cond_wait(&q->changed, &q->mu);
	(void)pthread_mutex_unlock(&q->mu);
}

/* The block to fill is the thread's neighbour: which it is does not change while this thread looks. */
static struct block *room(struct mm_out_file *o)
{
	struct block *b;

	(void)pthread_mutex_lock(&o->queue->mu);
	b = filled(o->queue);
	(void)pthread_mutex_unlock(&o->queue->mu);
	if (!b->bytes)
		b->bytes = malloc(BLOCK);
	if (!b->bytes)
		mm_out_file_fail(o, ENOMEM);
	return b->bytes ? b : NULL;
}

void mm_out_file_put(struct mm_out_file *o, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	o->at += n;
	while (n && !atomic_load(&o->error)) {
		struct block *b = room(o);
		size_t some = b ? BLOCK - b->count : 0;

		if (!b)
			return;
		some = n < some ? n : some;
		memcpy(b->bytes + b->count, p, some);
		b->count += some;
		p += some;
		n -= some;
		if (b->count == BLOCK)
			hand_over(o);
	}
}

struct mm_span mm_out_file_span(struct mm_out_file *o, const void *bytes, size_t n)
{
	static const unsigned char zeros[MM_FORMAT_ALIGN];
	struct mm_span span = {.bytes = n};

	mm_out_file_put(o, zeros, (MM_FORMAT_ALIGN - o->at % MM_FORMAT_ALIGN) % MM_FORMAT_ALIGN);
	span.offset = o->at;
	mm_out_file_put(o, bytes, n);
	return span;
}

struct mm_span mm_out_file_buf(struct mm_out_file *o, const struct mm_buf *b)
{
	return mm_out_file_span(o, b->data, b->len);
}

void mm_out_file_settle(struct mm_out_file *o, uint64_t end)
{
	struct mm_out_queue *q = o->queue;
	uint64_t handed = 0;
	bool is_short;

	if (!q)
		return;
	(void)pthread_mutex_lock(&q->mu);
	for (size_t i = 0; i < q->queued; i++)
		handed += q->block[(q->first + i) % BLOCKS].count;
	handed += q->written;
	is_short = handed < end && filled(q)->count;
	(void)pthread_mutex_unlock(&q->mu);
	if (is_short)
		hand_over(o);
	(void)pthread_mutex_lock(&q->mu);
	while (q->queued && q->written < end)
		(void)pthread_cond_wait(&q->changed, &q->mu);
	(void)pthread_mutex_unlock(&q->mu);
}

void mm_out_file_restart(struct mm_out_file *o, uint64_t at)
{
	mm_out_file_settle(o, o->at);
	if (atomic_load(&o->error))
		return;
	if (ftruncate(o->fd, (off_t)at) != 0 || lseek(o->fd, (off_t)at, SEEK_SET) < 0)
		mm_out_file_fail(o, errno);
	o->at = o->queue->written = at;
	(void)mm_hash_stream_end(o->queue->hash);
	o->queue->hash = mm_hash_stream_new();
	if (!o->queue->hash)
		mm_out_file_fail(o, ENOMEM);
}

uint64_t mm_out_file_checksum(struct mm_out_file *o)
{
	uint64_t sum;

	mm_out_file_settle(o, o->at);
	if (!o->queue)
		return 0;
	sum = mm_hash_stream_end(o->queue->hash);
	o->queue->hash = NULL;
	return sum;
}

void mm_out_file_end(struct mm_out_file *o)
{
	struct mm_out_queue *q = o->queue;

	if (q && q->runs) {
		(void)pthread_mutex_lock(&q->mu);
		q->closing = true;
		(void)pthread_cond_broadcast(&q->changed);
		(void)pthread_mutex_unlock(&q->mu);
		(void)pthread_join(q->thread, NULL);
	}
	if (q) {
		for (size_t i = 0; i < BLOCKS; i++)
			free(q->block[i].bytes);
		(void)mm_hash_stream_end(q->hash);
		(void)pthread_cond_destroy(&q->changed);
		(void)pthread_mutex_destroy(&q->mu);
		free(q);
	}
	if (o->fd >= 0)
		(void)close(o->fd);
	o->queue = NULL;
	o->fd = -1;
}
