/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A flattened device tree (Devicetree Specification v0.4, chapter 5) that says
 * how many CPUs there are.  The guest knows QEMU's `virt` by heart, and asks
 * for nothing else.
 */
#include "bench/kvm/vmm.h"

#include <arpa/inet.h>
#include <string.h>

#define FDT_MAGIC 0xd00dfeedu
#define FDT_VERSION 17u
#define FDT_OLDEST 16u /* that can be read like this one */
#define FDT_BEGIN_NODE 1u
#define FDT_END_NODE 2u
#define FDT_PROP 3u
#define FDT_END 9u

#define HEADER_WORDS 10u
#define NO_RESERVATION_WORDS 4u /* the entry of zeros that ends the list */

/* The block of strings. */
static const char names[] = "reg\0#address-cells\0#size-cells";
#define NAME_REG 0u
#define NAME_ADDRESS_CELLS 4u
#define NAME_SIZE_CELLS 19u

static void put(uint32_t **at, uint32_t word)
{
	*(*at)++ = htonl(word);
}

/* Names of up to seven characters, which two words hold. */
static void begin_node(uint32_t **at, const char *name)
{
	size_t words = strlen(name) / 4 + 1;

	put(at, FDT_BEGIN_NODE);
	memset(*at, 0, 4 * words);
	memcpy(*at, name, strlen(name));
	*at += words;
}

static void put_cell(uint32_t **at, uint32_t name, uint32_t value)
{
	put(at, FDT_PROP);
	put(at, 4);
	put(at, name);
	put(at, value);
}

static uint32_t *put_nodes(uint32_t *at)
{
	char cpu[] = "cpu@0";

	begin_node(&at, "");
	begin_node(&at, "cpus");
	put_cell(&at, NAME_ADDRESS_CELLS, 1);
	put_cell(&at, NAME_SIZE_CELLS, 0);
	for (uint32_t i = 0; i < NR_VCPUS; i++) {
		cpu[4] = (char)('0' + i);
		begin_node(&at, cpu);
		/* KVM gives a vCPU below 16 its number as affinity. */
		put_cell(&at, NAME_REG, i);
		put(&at, FDT_END_NODE);
	}
	put(&at, FDT_END_NODE);
	put(&at, FDT_END_NODE);
	put(&at, FDT_END);
	return at;
}

void vmm_write_tree(uint8_t *place)
{
	uint32_t *header = (uint32_t *)(void *)place;
	uint32_t *reservations = header + HEADER_WORDS;
	uint32_t *nodes = reservations + NO_RESERVATION_WORDS;
	uint32_t *end = put_nodes(nodes);

	memset(reservations, 0, 4 * NO_RESERVATION_WORDS);
	memcpy(end, names, sizeof(names));
	put(&header, FDT_MAGIC);
	put(&header, (uint32_t)((uint8_t *)end - place + sizeof(names)));
	put(&header, (uint32_t)((uint8_t *)nodes - place));
	put(&header, (uint32_t)((uint8_t *)end - place));
	put(&header, (uint32_t)((uint8_t *)reservations - place));
	put(&header, FDT_VERSION);
	put(&header, FDT_OLDEST);
	put(&header, 0); /* the CPU that boots */
	put(&header, sizeof(names));
	put(&header, (uint32_t)(4 * (end - nodes)));
}
