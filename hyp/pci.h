/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine's PCIe host, passed through with all devices of bus 0.  They
 * interrupt by messages (MSI, MSI-X), which the machine's ITS makes LPIs of.
 */
#ifndef HYP_PCI_H
#define HYP_PCI_H

#include <stdint.h>

struct host_pci;

/*
 * Find the functions of bus 0.  Never null: when the guest cannot have them,
 * the run ends.  Boot CPU, once.
 */
const struct host_pci *pci_find(void);

/*
 * Map the messages of all functions to LPIs of this CPU, the boot CPU, and
 * enable them.  After pci_find(), before guests run.
 */
void pci_start(void);

/*
 * A physical LPI, an INTID, was acknowledged and its priority dropped: hand the
 * message to the guest's ITS.  From irq_handle(), on the boot CPU.
 */
void pci_message(uint32_t intid);

#endif
