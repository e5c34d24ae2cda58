/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of the PrimeCell UART (PL011), Arm DDI 0183 chapter 3: offsets and
 * bits.  For the driver of the physical one (console.c) and for the model of
 * the guest's (uart_model.c).
 */
#ifndef HYP_PL011_H
#define HYP_PL011_H

#define UARTDR 0x000
#define UARTRSR 0x004 /* any write clears it: UARTECR */
#define UARTFR 0x018
#define UARTILPR 0x020
#define UARTIBRD 0x024
#define UARTFBRD 0x028
#define UARTLCR_H 0x02c
#define UARTCR 0x030
#define UARTIFLS 0x034
#define UARTIMSC 0x038
#define UARTRIS 0x03c
#define UARTMIS 0x040
#define UARTICR 0x044
#define UARTDMACR 0x048
#define UARTPeriphID0 0xfe0

/* An overrun: a byte came while the FIFO was full. */
#define UARTRSR_OE (1u << 3)

/* Receive and transmit FIFO: empty, full. */
#define UARTFR_RXFE (1u << 4)
#define UARTFR_TXFF (1u << 5)
#define UARTFR_RXFF (1u << 6)
#define UARTFR_TXFE (1u << 7)

#define UARTLCR_H_FEN (1u << 4) /* FIFOs on, else one byte each */
#define UARTLCR_H_WLEN8 (3u << 5)

#define UARTCR_UARTEN (1u << 0)
#define UARTCR_LBE (1u << 7) /* loop back: what is sent is received */
#define UARTCR_TXE (1u << 8)
#define UARTCR_RXE (1u << 9)

/* At how many bytes RX is raised. */
#define UARTIFLS_RXIFLSEL_SHIFT 3
#define UARTIFLS_RXIFLSEL 7u

/* UARTIMSC, UARTRIS, UARTMIS and UARTICR; RT: receive time-out, OE: overrun */
#define UART_INT_RX (1u << 4)
#define UART_INT_TX (1u << 5)
#define UART_INT_RT (1u << 6)
#define UART_INT_OE (1u << 10)
#define UART_INT_ALL 0x7ffu

#endif
