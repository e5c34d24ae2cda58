/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gzip and zstd, unpacked into memory that grows as needed: neither format has
 * to say how much it holds, and what it says could be a lie.
 */
#include <stdlib.h>
#include <string.h>

#include <zlib.h>
#include <zstd.h>

#include "machine.h"
#include "say.h"
#include "unwrap.h"

/* No kernel is larger; a few kilobytes can be made to unpack to more. */
#define UNPACKED_MAX (1024 * MIB)
#define FIRST_SIZE (64 * MIB)

/* Double the room; null when that would be more than any kernel needs. */
static unsigned char *grow(struct bytes *out)
{
	size_t size = out->size ? 2 * out->size : FIRST_SIZE;
	unsigned char *data;

	if (size > UNPACKED_MAX) {
		return NULL;
	}
	data = realloc(out->data, size);
	if (!data) {
		die(STATUS_NO_SETUP, "out of memory");
	}
	out->data = data;
	out->size = size;
	return data;
}

/* Unpack until the room is full or the input ends; zlib's status. */
static int gzip_step(z_stream *z, struct bytes *out)
{
	if (z->total_out == out->size && !grow(out)) {
		return Z_BUF_ERROR;
	}
	z->next_out = out->data + z->total_out;
	z->avail_out = (uInt)(out->size - z->total_out);
	return inflate(z, Z_NO_FLUSH);
}

const char *unwrap_gzip(struct bytes *in)
{
	struct bytes out = { 0 };
	z_stream z = { .next_in = in->data, .avail_in = (uInt)in->size };
	int rc;

	/* 16 + 15: a gzip header, the largest window */
	if (inflateInit2(&z, 16 + 15) != Z_OK) {
		return "zlib does not start";
	}
	do {
		rc = gzip_step(&z, &out);
	} while (rc == Z_OK);
	out.size = z.total_out;
	inflateEnd(&z);
	if (rc != Z_STREAM_END) {
		bool ended = z.avail_in == 0;

		free(out.data);
		return ended ? "truncated" : "corrupt gzip data";
	}
	*in = out;
	return NULL;
}

/*
 * Unpack one frame.  ZSTD_decompressStream() returns 0 at its end, so anything
 * else when the input has ended means that some is missing.
 */
static const char *zstd_stream(ZSTD_DStream *stream, ZSTD_inBuffer *in,
			       struct bytes *room, size_t *made)
{
	ZSTD_outBuffer out = { 0 };
	size_t left;

	do {
		if (out.pos == room->size && !grow(room)) {
			return "unpacks to more than a kernel can be";
		}
		out.dst = room->data;
		out.size = room->size;
		left = ZSTD_decompressStream(stream, &out, in);
		if (ZSTD_isError(left)) {
			return "corrupt zstd data";
		}
	} while (left && (in->pos < in->size || out.pos == out.size));
	*made = out.pos;
	return left ? "truncated" : NULL;
}

const char *unwrap_zstd(struct bytes *in)
{
	ZSTD_inBuffer input = { .src = in->data, .size = in->size };
	ZSTD_DStream *stream = ZSTD_createDStream();
	struct bytes out = { 0 };
	size_t made = 0;
	const char *wrong;

	if (!stream) {
		return "zstd does not start";
	}
	wrong = zstd_stream(stream, &input, &out, &made);
	ZSTD_freeDStream(stream);
	if (wrong) {
		free(out.data);
		return wrong;
	}
	out.size = made;
	*in = out;
	return NULL;
}
