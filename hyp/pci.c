/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCI devices passed through.
 *
 * The guest tells a device to write its messages to the guest's ITS.  That has
 * the address of the machine's ITS, so it is the machine's which gets them.
 * There, every function of bus 0 has all its events mapped to LPIs from the
 * start, and that never changes.  An LPI names function and event, with which
 * vgic_inject_msi() goes to the guest's ITS; a message that the guest has not
 * mapped is dropped there.
 */
#include "hyp/pci.h"

#include <vgic/its.h>

#include "hyp/arch.h"
#include "hyp/fault.h"
#include "hyp/guest_map.h"
#include "hyp/host.h"
#include "hyp/its.h"
#include "hyp/mmu.h"
#include "hyp/options.h"
#include "hyp/vm.h"
#include "regs/gicv3.h"

/*
 * Configuration space, PCI Express Base Specification 7.2.2 and 7.5.1.1: 4 KiB
 * for each function, in the order of requester IDs.
 */
#define PCI_ECAM_FUNCTION_SHIFT 12
#define PCI_VENDOR_MASK 0xffffu /* dword 0x00; all ones: no function */
#define PCI_HEADER 0x0c
#define PCI_HEADER_MULTIFUNCTION (1u << 23)
#define PCI_FUNCTIONS 8 /* of a device */

#define MAX_FUNCTIONS (ITS_LPIS / ITS_EVENTS)

/* Requester IDs of those found; functions[i] has LPI slot i. */
static uint32_t functions[MAX_FUNCTIONS];
static uint32_t nr_functions;

static uint32_t config(uint32_t requester, uint32_t offset)
{
	return mmio_read32(host.pci.ecam.base +
			   ((uint64_t)requester << PCI_ECAM_FUNCTION_SHIFT) +
			   offset);
}

static bool is_there(uint32_t requester)
{
	return (config(requester, 0) & PCI_VENDOR_MASK) != PCI_VENDOR_MASK;
}

/*
 * How many function numbers of a device to look at.  One that is not
 * multi-function may answer for every number.
 */
static uint32_t functions_of(uint32_t requester)
{
	if (!is_there(requester)) {
		return 0;
	}
	return config(requester, PCI_HEADER) & PCI_HEADER_MULTIFUNCTION ?
		       PCI_FUNCTIONS :
		       1;
}

static void add(uint32_t requester)
{
	if (!is_there(requester)) {
		return;
	}
	if (nr_functions == MAX_FUNCTIONS) {
		set_up_failed("the machine has too many PCI devices");
	}
	functions[nr_functions++] = requester;
}

/*
 * Bus 0 alone: devices behind a bridge have no bus number, and so no requester
 * ID, before the guest gives the bridge one.
 */
static void scan(void)
{
	uint32_t device, i;

	for (device = 0; device < ITS_DEVICES; device += PCI_FUNCTIONS) {
		uint32_t count = functions_of(device);

		for (i = 0; i < count; i++) {
			add(device + i);
		}
	}
}

const struct host_pci *pci_find(void)
{
	uint64_t size = (uint64_t)ITS_DEVICES << PCI_ECAM_FUNCTION_SHIFT;

	if (options.gic != VGIC_GICV3 || !options.its) {
		set_up_failed("vgic.passthrough=pci wants vgic.gic=v3 and "
			      "vgic.its=on");
	}
	if (host.gicv2 || host.gits.base != GUEST_GITS_IPA) {
		set_up_failed("the machine has no ITS where the guest has one");
	}
	if (host.pci.ecam.size < size || host.pci.ecam.base > MMU_END - size) {
		set_up_failed("the machine has no PCIe host with messages");
	}
	mmu_map(host.gits.base, host.gits.size, MMU_DEVICE);
	mmu_map(host.pci.ecam.base, size, MMU_DEVICE);
	scan();
	return &host.pci;
}

void pci_start(void)
{
	const char *error = its_init();
	uint32_t i;

	for (i = 0; i < nr_functions && !error; i++) {
		error = its_map(functions[i], GIC_LPI_BASE + i * ITS_EVENTS);
	}
	if (error) {
		set_up_failed(error);
	}
}

void pci_message(uint32_t intid)
{
	uint32_t lpi = intid - GIC_LPI_BASE, slot = lpi / ITS_EVENTS;

	if (slot < nr_functions) {
		vgic_inject_msi(vm.gic, 0, functions[slot], lpi % ITS_EVENTS);
		atomic_fetch_add(&vm.counts.passed_through, 1);
	}
}
