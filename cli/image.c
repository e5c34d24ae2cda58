/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading kernel files.  Each offset that a file gives is checked against the
 * file's size before it is used.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image.h"
#include "machine.h"
#include "say.h"
#include "unwrap.h"

/* The arm64 Image header: Linux, Documentation/arch/arm64/booting.rst. */
#define IMAGE_TEXT_OFFSET 8
#define IMAGE_SIZE 16
#define IMAGE_FLAGS 24
#define IMAGE_FLAGS_BIG_ENDIAN 1
#define IMAGE_MAGIC 56
#define IMAGE_PE_OFFSET 60
#define IMAGE_HEADER_SIZE 64
/* A header without image_size is from before Linux 3.17. */
#define IMAGE_OLD_TEXT_OFFSET 0x80000

/* PE/COFF, Microsoft's specification, sections 3.3 to 4. */
#define PE_NR_SECTIONS 6
#define PE_OPTIONAL_SIZE 20
#define PE_SECTIONS 24
#define PE_SECTION_SIZE 40
#define PE_SECTION_RAW_SIZE 16
#define PE_SECTION_RAW_OFFSET 20

/* EFI zboot: Linux, drivers/firmware/efi/libstub, its first 64 bytes. */
#define ZBOOT_MAGIC 4
#define ZBOOT_OFFSET 8
#define ZBOOT_SIZE 12
#define ZBOOT_COMPRESSION 24
#define ZBOOT_COMPRESSION_LEN 32

#define ELF_MACHINE 18
#define ELF_EM_AARCH64 183

/*
 * A gzipped zboot image of gzip data has three; a file that still is compressed
 * then was made to keep us busy.
 */
#define WRAPPINGS_MAX 3

/* Bytes at an offset by which a kind of file is known. */
struct signature {
	size_t offset;
	const char *bytes;
	size_t len;
	const char *kind;
};

/* clang-format off */
#define SIGNATURE(offset, bytes, kind) \
	{ offset, bytes, sizeof(bytes) - 1, kind }
/* clang-format on */

/*
 * Files that people do give for a kernel, and what to do about it.  Without
 * this they would be loaded as raw binaries, and nothing would ever appear on
 * the console.
 */
/* clang-format off */
static const struct signature refused[] = {
	SIGNATURE(514, "HdrS", "an x86 bzImage, not an arm64 kernel"),
	SIGNATURE(36, "\x18\x28\x6f\x01",
		  "a 32-bit Arm zImage, not an arm64 kernel"),
	SIGNATURE(36, "\x01\x6f\x28\x18",
		  "a 32-bit Arm zImage, not an arm64 kernel"),
	SIGNATURE(56, "RSC\x05", "a RISC-V Image, not an arm64 kernel"),
	SIGNATURE(0, "\x27\x05\x19\x56", "a U-Boot uImage: take it apart "
					 "with dumpimage"),
	SIGNATURE(0, "\xd0\x0d\xfe\xed", "a device tree or FIT image, not "
					 "a kernel"),
	SIGNATURE(0, "\x28\xb5\x2f\xfd", "compressed with zstd alone: unpack "
					 "it with zstd -d"),
	SIGNATURE(0, "\xfd" "7zXZ", "compressed with xz: unpack it with "
				    "xz -d"),
	SIGNATURE(0, "BZh", "compressed with bzip2: unpack it with bzip2 -d"),
	SIGNATURE(0, "!<arch>", "an archive or Debian package, not a kernel"),
	SIGNATURE(0, "070701", "a cpio archive: give it with --initrd"),
};
/* clang-format on */

/* Little-endian numbers at an offset, which is in range. */
static uint32_t get32(const struct bytes *b, size_t at)
{
	const unsigned char *p = b->data + at;

	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static uint64_t get64(const struct bytes *b, size_t at)
{
	return get32(b, at) | (uint64_t)get32(b, at + 4) << 32;
}

static uint32_t get16(const struct bytes *b, size_t at)
{
	return b->data[at] | (uint32_t)b->data[at + 1] << 8;
}

/* Does the file have these bytes there?  False beyond its end. */
static bool holds(const struct bytes *b, size_t at, const char *magic,
		  size_t len)
{
	return at + len <= b->size && !memcmp(b->data + at, magic, len);
}

/* read() may return less than was asked for. */
static bool read_all(int fd, struct bytes *b)
{
	size_t done = 0;

	while (done < b->size) {
		ssize_t n = read(fd, b->data + done, b->size - done);

		if (n <= 0) {
			return false;
		}
		done += (size_t)n;
	}
	return true;
}

struct bytes file_read(const char *what, const char *file)
{
	struct bytes b = { 0 };
	struct stat st;
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) < 0) {
		die(STATUS_USAGE, "%s %s: %s", what, file, strerror(errno));
	}
	if (S_ISDIR(st.st_mode)) {
		die(STATUS_USAGE, "%s %s: is a directory", what, file);
	}
	if (!S_ISREG(st.st_mode)) {
		die(STATUS_USAGE, "%s %s: not a regular file", what, file);
	}
	if (st.st_size == 0) {
		die(STATUS_USAGE, "%s %s: is empty", what, file);
	}
	b.size = (size_t)st.st_size;
	b.data = malloc(b.size);
	if (!b.data) {
		die(STATUS_NO_SETUP, "%s %s: too large for memory", what, file);
	}
	if (!read_all(fd, &b)) {
		die(STATUS_USAGE, "%s %s: cannot be read: %s", what, file,
		    strerror(errno));
	}
	close(fd);
	return b;
}

static bool is_gzip(const struct bytes *b)
{
	return holds(b, 0, "\x1f\x8b", 2);
}

static bool is_zboot(const struct bytes *b)
{
	return holds(b, 0, "MZ", 2) && holds(b, ZBOOT_MAGIC, "zimg", 4);
}

/*
 * EFI zboot is a small EFI program with a compressed kernel as its payload; the
 * header says where it is.  Returns null, or what is wrong.
 */
static const char *unwrap_zboot(struct bytes *b)
{
	char kind[ZBOOT_COMPRESSION_LEN + 1] = { 0 };
	struct bytes payload;
	uint64_t offset, size;

	if (b->size < ZBOOT_COMPRESSION + ZBOOT_COMPRESSION_LEN) {
		return "truncated";
	}
	memcpy(kind, b->data + ZBOOT_COMPRESSION, ZBOOT_COMPRESSION_LEN);
	offset = get32(b, ZBOOT_OFFSET);
	size = get32(b, ZBOOT_SIZE);
	if (offset + size > b->size) {
		return "truncated";
	}
	payload = (struct bytes){ b->data + offset, size };
	*b = payload;
	if (!strncmp(kind, "gzip", 4)) {
		return unwrap_gzip(b);
	}
	if (!strncmp(kind, "zstd", 4)) {
		return unwrap_zstd(b);
	}
	return text("an EFI zboot image compressed with %s; only gzip and "
		    "zstd can be unpacked",
		    kind);
}

/*
 * ELF files apart: for another architecture there is nothing to be done, while
 * an arm64 vmlinux only needs to be converted.
 */
static void check_refused(const char *file, const struct bytes *b)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		const struct signature *s = &refused[i];

		if (holds(b, s->offset, s->bytes, s->len)) {
			die(STATUS_USAGE, "kernel %s: %s", file, s->kind);
		}
	}
	if (holds(b, 0,
		  "\x7f"
		  "ELF",
		  4)) {
		if (b->size > ELF_MACHINE + 1 &&
		    get16(b, ELF_MACHINE) == ELF_EM_AARCH64) {
			die(STATUS_USAGE,
			    "kernel %s: an ELF file; make a raw binary of it "
			    "with objcopy -O binary",
			    file);
		}
		die(STATUS_USAGE,
		    "kernel %s: an ELF file for another "
		    "architecture, not an arm64 kernel",
		    file);
	}
}

/*
 * How long the file has to be, or 0 if it does not say: a truncated kernel
 * crashes far from its cause, so it is recognised here.  The Image header's
 * image_size does not help, as it includes what is zeroed at run time; the PE
 * section table of a kernel with an EFI stub does.
 */
static uint64_t pe_file_size(const struct bytes *b)
{
	uint64_t pe = get32(b, IMAGE_PE_OFFSET), end = 0, table, last;

	if (!holds(b, 0, "MZ", 2) || pe < IMAGE_HEADER_SIZE) {
		return 0;
	}
	if (pe + PE_SECTIONS > b->size) {
		return pe + PE_SECTIONS;
	}
	if (!holds(b, pe, "PE\0\0", 4)) {
		return 0;
	}
	table = pe + PE_SECTIONS + get16(b, pe + PE_OPTIONAL_SIZE);
	last = table + PE_SECTION_SIZE * get16(b, pe + PE_NR_SECTIONS);
	if (last > b->size) {
		return last;
	}
	for (uint64_t s = table; s < last; s += PE_SECTION_SIZE) {
		uint64_t raw = (uint64_t)get32(b, s + PE_SECTION_RAW_OFFSET) +
			       get32(b, s + PE_SECTION_RAW_SIZE);

		end = raw > end ? raw : end;
	}
	return end;
}

/*
 * IMAGE_TEXT_OFFSET says how far above a 2 MiB boundary the kernel wants to be.
 * Limits on both numbers keep the sums with them from overflowing.
 */
static struct image image_with_header(const char *file, struct bytes b)
{
	struct image image = { .bytes = b };

	if (get64(&b, IMAGE_FLAGS) & IMAGE_FLAGS_BIG_ENDIAN) {
		die(STATUS_USAGE, "kernel %s: a big-endian kernel", file);
	}
	if (pe_file_size(&b) > b.size) {
		die(STATUS_USAGE, "kernel %s: truncated", file);
	}
	image.offset = get64(&b, IMAGE_TEXT_OFFSET);
	image.footprint = get64(&b, IMAGE_SIZE);
	if (!image.footprint) {
		image.offset = IMAGE_OLD_TEXT_OFFSET;
	}
	if (image.offset >= 2 * MIB || image.footprint > 1024 * MIB) {
		die(STATUS_USAGE, "kernel %s: the Image header is corrupt",
		    file);
	}
	if (image.footprint < b.size) {
		image.footprint = b.size;
	}
	return image;
}

struct image image_load(const char *file)
{
	struct bytes b = file_read("kernel", file);
	struct image image;
	int wrappings = 0;

	for (; is_gzip(&b) || is_zboot(&b); wrappings++) {
		const char *wrong = is_gzip(&b) ? unwrap_gzip(&b) :
						  unwrap_zboot(&b);

		if (!wrong && wrappings == WRAPPINGS_MAX) {
			wrong = "compressed too many times over";
		}
		if (wrong) {
			die(STATUS_USAGE, "kernel %s: %s", file, wrong);
		}
	}
	check_refused(file, &b);
	if (holds(&b, 0, "MZ", 2) && b.size < IMAGE_HEADER_SIZE) {
		die(STATUS_USAGE, "kernel %s: truncated", file);
	}
	if (holds(&b, IMAGE_MAGIC, "ARMd", 4) && b.size >= IMAGE_HEADER_SIZE) {
		image = image_with_header(file, b);
	} else if (holds(&b, 0, "MZ", 2)) {
		die(STATUS_USAGE,
		    "kernel %s: an EFI program, not an arm64 "
		    "kernel",
		    file);
	} else {
		image = (struct image){ .bytes = b, .raw = true };
		image.offset = GUEST_RAW_OFFSET;
		image.footprint = b.size;
	}
	image.unwrapped = wrappings > 0;
	return image;
}

bool image_linux_version(const struct image *image, unsigned int *major,
			 unsigned int *minor)
{
	static const char banner[] = "Linux version ";
	const unsigned char *at = image->bytes.data;
	const unsigned char *end = at + image->bytes.size;

	/* The words also stand in printf formats; there no digit follows. */
	while ((at = memmem(at, (size_t)(end - at), banner,
			    sizeof(banner) - 1))) {
		char text[16] = "";
		size_t left;

		at += sizeof(banner) - 1;
		left = (size_t)(end - at);
		memcpy(text, at,
		       left < sizeof(text) - 1 ? left : sizeof(text) - 1);
		if (sscanf(text, "%u.%u", major, minor) == 2) {
			return true;
		}
	}
	return false;
}
