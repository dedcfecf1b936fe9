// rooms: base
// Writes hospital contacts as LPR sends them: bench_contacts ROWS FILE. Semicolons, ten columns, personal
// numbers of 600,000 made-up persons in random order. For bench/ingest.py; made-up Denmark proper is `fvm
// synth`.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace {

constexpr uint64_t persons = 600'000;
constexpr size_t buffer_bytes = 1u << 20;

struct Random {  // xorshift64: fast, and the same file every time
  uint64_t state = 42;
  uint64_t next() {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
  }
};

int number(uint64_t bits, uint64_t below) {
  return static_cast<int>(bits % below);
}

void write_row(std::FILE* file, long row, Random& random) {
  const uint64_t person = (random.next() % persons) * 0x9E3779B97F4A7C15u;
  const uint64_t a = random.next(), b = random.next();
  const int year = 1994 + number(a, 25), month = 1 + number(a >> 8, 12), day = 1 + number(a >> 16, 27);
  std::fprintf(file, "%ld;%02d%02d%02d%04d;%04d;%03d;%d;%04d-%02d-%02d;%04d-%02d-%02d;D%c%02d%d;%d;%03d\n",
               1'000'000'000L + row, 1 + number(person, 28), 1 + number(person >> 8, 12),
               number(person >> 16, 100), number(person >> 24, 10000), 1301 + number(b, 400),
               number(b >> 10, 990), number(b >> 20, 4), year, month, day, year, month,
               day + number(a >> 24, 2), 'A' + number(b >> 24, 23), number(b >> 30, 100), number(b >> 38, 10),
               number(a >> 24, 12), 101 + number(b >> 44, 750));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(argv[2], "w"), std::fclose);
  if (!file) return 1;
  std::setvbuf(file.get(), nullptr, _IOFBF, buffer_bytes);
  std::fputs("k_recnum;v_cpr;c_sgh;c_afd;c_pattype;d_inddto;d_uddto;c_adiag;v_sengdage;c_kom\n", file.get());
  Random random;
  const long rows = std::atol(argv[1]);
  for (long row = 0; row < rows; ++row) write_row(file.get(), row, random);
  return std::fflush(file.get()) == 0 ? 0 : 1;
}
