// AMX's tile instructions in software: on a processor without them each raises SIGILL, and the handler does its work on tiles
// in memory. So kernels for AMX are tested, as they are compiled, on machines that cannot run them. One thread at a time.
#pragma once

#include <signal.h>
#include <ucontext.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace limn::test {

class AmxEmulator {
 public:
  AmxEmulator() {
    struct sigaction action {};
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGILL, &action, &before_);
    instructions() = 0;
  }
  ~AmxEmulator() { sigaction(SIGILL, &before_, nullptr); }
  AmxEmulator(const AmxEmulator&) = delete;
  AmxEmulator& operator=(const AmxEmulator&) = delete;

  /// Done since this emulator began.
  static long& instructions() {
    static long count = 0;
    return count;
  }

 private:
  struct Tile {
    int rows = 0, row_bytes = 0;
    uint8_t data[16][64] = {};
  };
  static Tile* tiles() {
    static Tile all[8];
    return all;
  }

  struct Instruction {
    const uint8_t* code = nullptr;
    greg_t* registers = nullptr;
    int reg = 0, rm = 0, base_extension = 0, index_extension = 0, vvvv = 0;
    int length = 0;

    greg_t value(int number) const {  // rax rcx rdx rbx rsp rbp rsi rdi r8 ... r15
      static constexpr int order[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                                        REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
      return registers[order[number]];
    }
    /// Where memory lies, and the register that counts the bytes from row to row; sets the length.
    uint8_t* memory(int64_t& step) {
      const int mode = code[4] >> 6;
      int at = 5;
      int64_t address = 0;
      step = 0;
      if (rm == 4) {
        const uint8_t sib = code[at++];
        const int base = (sib & 7) | base_extension << 3, index = (sib >> 3 & 7) | index_extension << 3;
        if (index != 4) step = value(index) << (sib >> 6);
        if (mode == 0 && (sib & 7) == 5) address = read_offset(at, 4);
        else address = value(base);
      } else if (mode == 0 && rm == 5) {
        address = read_offset(at, 4);
        address += registers[REG_RIP] + at;
      } else {
        address = value(rm | base_extension << 3);
      }
      if (mode == 1) address += read_offset(at, 1);
      if (mode == 2) address += read_offset(at, 4);
      length = at;
      return reinterpret_cast<uint8_t*>(address);
    }
    int64_t read_offset(int& at, int bytes) const {
      int8_t small = 0;
      int32_t large = 0;
      std::memcpy(bytes == 1 ? static_cast<void*>(&small) : &large, code + at, bytes);
      at += bytes;
      return bytes == 1 ? small : large;
    }
  };

  static void handle(int, siginfo_t*, void* context) {
    greg_t* const registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
    const uint8_t* const code = reinterpret_cast<const uint8_t*>(registers[REG_RIP]);
    Instruction in{.code = code, .registers = registers};
    // Three-byte VEX, map 0F38, 128 bits, W = 0.
    const bool vex = code[0] == 0xC4 && (code[1] & 31) == 2 && (code[2] & 0x84) == 0;
    in.index_extension = !(code[1] & 0x40);
    in.base_extension = !(code[1] & 0x20);
    in.vvvv = ~(code[2] >> 3) & 15;
    in.reg = code[4] >> 3 & 7, in.rm = code[4] & 7;
    in.length = 5;
    if (!vex || !run(in, code[3], code[2] & 3, code[4] >> 6 == 3)) {
      signal(SIGILL, SIG_DFL);  // the instruction comes again, and ends the program as it should
      return;
    }
    ++instructions();
    registers[REG_RIP] += in.length;
  }

  /// False for anything but the instructions that the kernels use.
  static bool run(Instruction& in, int opcode, int prefix, bool register_form) {
    constexpr int none = 0, x66 = 1, xF3 = 2, xF2 = 3;
    int64_t step = 0;
    if (opcode == 0x49 && prefix == none && !register_form) return configure(in.memory(step));
    if (opcode == 0x49 && prefix == none) return release();
    if (opcode == 0x49 && prefix == xF2 && register_form) {
      std::memset(tiles()[in.reg].data, 0, sizeof(Tile::data));
      return true;
    }
    if (opcode == 0x4B && (prefix == xF2 || prefix == x66) && !register_form) {
      Tile& tile = tiles()[in.reg];
      const uint8_t* const from = in.memory(step);
      std::memset(tile.data, 0, sizeof(Tile::data));
      for (int r = 0; r < tile.rows; ++r) std::memcpy(tile.data[r], from + r * step, tile.row_bytes);
      return true;
    }
    if (opcode == 0x4B && prefix == xF3 && !register_form) {
      const Tile& tile = tiles()[in.reg];
      uint8_t* const to = in.memory(step);
      for (int r = 0; r < tile.rows; ++r) std::memcpy(to + r * step, tile.data[r], tile.row_bytes);
      return true;
    }
    if (opcode == 0x5E && prefix == x66 && register_form) return multiply(tiles()[in.reg], tiles()[in.rm], tiles()[in.vvvv]);
    return false;
  }

  static bool configure(const uint8_t* from) {
    if (from[0] != 1 || from[1] != 0) return false;
    for (int t = 0; t < 8; ++t) {
      uint16_t row_bytes = 0;
      std::memcpy(&row_bytes, from + 16 + 2 * t, 2);
      const int rows = from[48 + t];
      if (rows > 16 || row_bytes > 64 || (rows == 0) != (row_bytes == 0)) return false;
      tiles()[t] = {rows, row_bytes, {}};
    }
    return true;
  }
  static bool release() {
    std::fill(tiles(), tiles() + 8, Tile{});
    return true;
  }

  /// TDPBUSD: unsigned bytes of `a` times signed ones of `b`. The hardware refuses tiles that do not fit each other.
  static bool multiply(Tile& sum, const Tile& a, const Tile& b) {
    if (sum.rows == 0 || sum.rows != a.rows || sum.row_bytes != b.row_bytes || a.row_bytes != 4 * b.rows) return false;
    for (int m = 0; m < sum.rows; ++m)
      for (int n = 0; n < sum.row_bytes / 4; ++n) {
        int32_t total = 0;
        std::memcpy(&total, &sum.data[m][4 * n], 4);
        for (int k = 0; k < a.row_bytes; ++k)
          total += int32_t{a.data[m][k]} * static_cast<int8_t>(b.data[k / 4][4 * n + k % 4]);
        std::memcpy(&sum.data[m][4 * n], &total, 4);
      }
    return true;
  }

  struct sigaction before_ {};
};

}  // namespace limn::test
