/* SPDX-License-Identifier: BSD-2-Clause */
/* src/its/records.c: pools, chains and lists, without an ITS around them. */
#include <stdlib.h>

#include "tests/machine/its.h"
#include "tests/machine/test.h"

#include "its/its.h"

/* Records of a VM that has this many events. */
#define RECORDS(n) \
	ITS_MACHINE(.nr_vcpus = 1, .nr_lpis = (n), .nr_events = (n)); \
	struct its_records *r = m->gic->records; \
	assert_null(vgic_its_records_wrong(r))

/* The LPIs know of none of these events. */
static void end(struct machine *m)
{
	vgic_its_records_clear(m->gic->records);
	machine_end(m);
}

static uint32_t device_of(const struct its_records *r, uint32_t device)
{
	uint64_t first;

	return vgic_its_find(&r->devices, its_key(0, device), &first);
}

static uint32_t add(struct its_records *r, uint32_t device, uint32_t event,
		    uint32_t lpi)
{
	uint32_t collection = vgic_its_get_collection(r, 0, 7, ITS_CHAIN);

	return vgic_its_add_event(r, its_event_key(0, device, event),
				  device_of(r, device), lpi, collection,
				  ITS_CHAIN);
}

static uint32_t find(const struct its_records *r, uint32_t device,
		     uint32_t event)
{
	uint64_t first;

	return vgic_its_find(&r->events, its_event_key(0, device, event),
			     &first);
}

TEST(found_and_removed)
{
	RECORDS(64);
	uint32_t n;

	assert_true(vgic_its_put_device(r, 0, 5, 0x12345600, 4, ITS_CHAIN));
	n = add(r, 5, 9, 33);
	assert_int_not_equal(n, ITS_NIL);
	assert_int_equal(find(r, 5, 9), n);
	assert_int_equal(its_lpi_of(its_first(&r->events, n)), 33);
	assert_int_equal(its_event_of(its_first(&r->events, n)), 9);
	assert_int_equal(find(r, 5, 8), ITS_NIL);
	assert_int_equal(find(r, 4, 9), ITS_NIL);
	assert_int_equal(its_itt_of(its_first(&r->devices, device_of(r, 5))),
			 0x12345600);
	assert_int_equal(its_bits_of(its_second(&r->devices, device_of(r, 5))),
			 4);
	assert_int_equal(r->collections.used, 1);
	assert_null(vgic_its_records_wrong(r));
	vgic_its_remove_event(r, n);
	assert_int_equal(find(r, 5, 9), ITS_NIL);
	/* Nobody names the collection any more. */
	assert_int_equal(r->collections.used, 0);
	vgic_its_remove_device(r, device_of(r, 5));
	assert_int_equal(device_of(r, 5), ITS_NIL);
	assert_null(vgic_its_records_wrong(r));
	end(m);
}

/* A record that is used again is another one for whoever read it before. */
TEST(never_twice_the_same)
{
	RECORDS(4);
	uint64_t before;
	uint32_t n;

	assert_true(vgic_its_put_device(r, 0, 1, 0, 4, ITS_CHAIN));
	n = add(r, 1, 1, 0);
	for (uint32_t i = 0; i < 10; i++) {
		before = its_first(&r->events, n);
		vgic_its_remove_event(r, n);
		assert_int_equal(its_first(&r->events, n), 0);
		assert_int_equal(add(r, 1, 1, 0), n);
		assert_int_not_equal(its_first(&r->events, n), before);
	}
	end(m);
}

TEST(all_of_them)
{
	RECORDS(64);

	assert_true(vgic_its_put_device(r, 0, 1, 0, 16, ITS_CHAIN));
	for (uint32_t i = 0; i < 64; i++) {
		assert_int_not_equal(add(r, 1, i * 1000, i), ITS_NIL);
	}
	assert_int_equal(add(r, 1, 1, 0), ITS_NIL);
	for (uint32_t i = 2; i < 65; i++) {
		assert_true(vgic_its_put_device(r, 0, i, 0, 16, ITS_CHAIN));
	}
	assert_false(vgic_its_put_device(r, 0, 65, 0, 16, ITS_CHAIN));
	assert_null(vgic_its_records_wrong(r));
	/* One that is there gets another table. */
	assert_true(vgic_its_put_device(r, 0, 64, 0x100, 3, ITS_CHAIN));
	assert_int_equal(r->nr_devices[0], 64);
	assert_null(vgic_its_records_wrong(r));
	vgic_its_remove_event(r, find(r, 1, 7000));
	assert_int_not_equal(add(r, 1, 1, 0), ITS_NIL);
	assert_null(vgic_its_records_wrong(r));
	end(m);
}

/* Looking at all collections is charged for each of them. */
TEST(forgetting_is_charged)
{
	RECORDS(64);
	struct its_run run = { .gic = m->gic, .left = 1000000 };

	vgic_its_forget_collections(&run, &m->gic->its[0]);
	assert_true(1000000 - run.left >=
		    (int64_t)ITS_COST_LOOK * r->collections.count);
	end(m);
}

/* The chain that a device has come to stand in. */
static uint32_t head_of(const struct its_records *r, uint32_t device)
{
	uint32_t n = device_of(r, device), head = 0;

	while (vgic_load_seq(&r->devices.head[head]) != n) {
		head++;
	}
	return head;
}

/* A guest that looks for keys of one chain makes it this long, no longer. */
TEST(chains_are_bounded)
{
	RECORDS(64);
	uint32_t in_chain = 0, tried = 0, chain = UINT32_MAX, refused = 0;

	while (!refused && tried < 65536) {
		if (!vgic_its_put_device(r, 0, tried, 0, 1, ITS_CHAIN)) {
			assert_int_equal(in_chain, ITS_CHAIN);
			refused = tried;
		} else if (chain == UINT32_MAX || head_of(r, tried) == chain) {
			chain = head_of(r, tried);
			in_chain++;
		} else {
			vgic_its_remove_device(r, device_of(r, tried));
		}
		tried++;
	}
	assert_int_not_equal(refused, 0);
	/* A VMM may. */
	assert_true(vgic_its_put_device(r, 0, refused, 0, 1, UINT32_MAX));
	assert_null(vgic_its_records_wrong(r));
	/* From the middle, the end and the beginning of the chain. */
	for (uint32_t i = 0; i < refused; i = i * 3 + 1) {
		if (device_of(r, i) != ITS_NIL) {
			vgic_its_remove_device(r, device_of(r, i));
			assert_null(vgic_its_records_wrong(r));
		}
	}
	end(m);
}

/* Guests number what they have in rows: no chain gets long by that. */
TEST(rows_are_spread)
{
	RECORDS(VGIC_MAX_LPIS);

	for (uint32_t stride = 1; stride <= 256; stride *= 4) {
		assert_true(
			vgic_its_put_device(r, 0, stride, 0, 16, ITS_CHAIN));
		for (uint32_t i = 0; i < 256; i++) {
			assert_int_not_equal(
				add(r, stride, i * stride % 65521, i), ITS_NIL);
		}
	}
	for (uint32_t i = 0; i < 50000; i++) {
		assert_true(vgic_its_put_device(r, i / 25000,
						1000 + i % 25000 * 2, 0, 1, 9));
	}
	assert_null(vgic_its_records_wrong(r));
	end(m);
}

TEST(events_are_sorted)
{
	static const uint32_t sizes[] = { 0, 1, 2, 3, 7, 64, 1000 };

	for (uint32_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		RECORDS(1024);
		uint32_t n, count = 0, before = UINT32_MAX;

		assert_true(vgic_its_put_device(r, 0, 1, 0, 16, ITS_CHAIN));
		for (uint32_t i = 0; i < sizes[s]; i++) {
			assert_int_not_equal(add(r, 1, i * 7919 % 65536, i),
					     ITS_NIL);
		}
		n = vgic_its_sort_events(r, device_of(r, 1));
		assert_null(vgic_its_records_wrong(r));
		while (n != ITS_NIL) {
			uint32_t event = its_event_of(its_first(&r->events, n));

			assert_true(event < before);
			before = event;
			count++;
			n = (uint32_t)FIELD_GET(REC_EVENT_PREV,
						its_second(&r->events, n));
		}
		assert_int_equal(count, sizes[s]);
		end(m);
	}
}

/* What vgic_check_invariants() would report. */
TEST(broken_records_are_seen)
{
	RECORDS(64);
	_Atomic(uint64_t) *second;
	uint64_t good;
	uint32_t n;

	assert_true(vgic_its_put_device(r, 0, 1, 0, 4, ITS_CHAIN));
	n = add(r, 1, 3, 0);
	(void)add(r, 1, 4, 1);
	second = &r->events.record[n].second;
	good = vgic_load_seq(second);
	vgic_store_seq(second, good ^ FIELD_PUT(REC_EVENT_PREV, 1));
	assert_non_null(vgic_its_records_wrong(r));
	vgic_store_seq(second, good);
	assert_null(vgic_its_records_wrong(r));
	second = &r->collections.record[its_collection_of(good)].second;
	good = vgic_load_seq(second);
	vgic_store_seq(second, good + FIELD_PUT(REC_COLLECTION_EVENTS, 1));
	assert_non_null(vgic_its_records_wrong(r));
	vgic_store_seq(second, good);
	/* Event 4 of a device of four. */
	second = &r->devices.record[device_of(r, 1)].second;
	good = vgic_load_seq(second);
	vgic_store_seq(second, good - FIELD_PUT(REC_DEVICE_BITS, 2));
	assert_non_null(vgic_its_records_wrong(r));
	vgic_store_seq(second, good);
	assert_null(vgic_its_records_wrong(r));
	vgic_store_seq(&r->events.record[n].first, 0);
	assert_non_null(vgic_its_records_wrong(r));
	m->expect_bugs = true;
	assert_true(vgic_check_invariants(m->gic) > 0);
	m->bugs = 0;
	end(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(found_and_removed),
		cmocka_unit_test(never_twice_the_same),
		cmocka_unit_test(all_of_them),
		cmocka_unit_test(forgetting_is_charged),
		cmocka_unit_test(chains_are_bounded),
		cmocka_unit_test(rows_are_spread),
		cmocka_unit_test(events_are_sorted),
		cmocka_unit_test(broken_records_are_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
