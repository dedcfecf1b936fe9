// Pictures in a PDF: their data without the filters that pack it.
#include "runner/scan_pdf_parts.hpp"

#include <algorithm>
#include <set>

#include <qpdf/Buffer.hh>

namespace fvm::runner {
namespace {

std::vector<QPDFObjectHandle> as_list(QPDFObjectHandle value) {
  if (value.isArray()) return value.getArrayAsVector();
  return value.isNull() ? std::vector<QPDFObjectHandle>{} : std::vector{value};
}

bool is_codec(const std::string& filter) {
  static const std::set<std::string> codecs = {"/DCTDecode",      "/DCT", "/JPXDecode", "/JBIG2Decode",
                                               "/CCITTFaxDecode", "/CCF"};
  return codecs.contains(filter);
}

// How many values a point has.
uint64_t channels_of(QPDFObjectHandle colours) {
  if (colours.isName()) {
    const std::string name = colours.getName();
    if (name == "/DeviceGray" || name == "/G" || name == "/CalGray") return 1;
    if (name == "/DeviceRGB" || name == "/RGB") return 3;
    return name == "/DeviceCMYK" || name == "/CMYK" ? 4 : 0;
  }
  if (!colours.isArray() || colours.getArrayNItems() < 2 || !colours.getArrayItem(0).isName()) return 0;
  const std::string kind = colours.getArrayItem(0).getName();
  if (kind == "/Indexed" || kind == "/I" || kind == "/Separation" || kind == "/CalGray") return 1;
  if (kind == "/CalRGB" || kind == "/Lab") return 3;
  QPDFObjectHandle second = colours.getArrayItem(1);
  if (kind == "/DeviceN" && second.isArray()) return static_cast<uint64_t>(second.getArrayNItems());
  if (kind != "/ICCBased" || !second.isStream()) return 0;
  QPDFObjectHandle count = second.getDict().getKey("/N");
  return count.isInteger() ? static_cast<uint64_t>(std::clamp(count.getIntValueAsInt(), 0, 32)) : 0;
}

}  // namespace

PdfPicture pdf_picture(QPDF& pdf, QPDFObjectHandle& stream, uint64_t& room, std::string& data) {
  auto filters = as_list(stream.getDict().getKey("/Filter"));
  auto settings = as_list(stream.getDict().getKey("/DecodeParms"));
  const bool named =
      std::all_of(filters.begin(), filters.end(), [](QPDFObjectHandle one) { return one.isName(); });
  if (!named) return PdfPicture::broken;
  const std::string last = filters.empty() ? "" : filters.back().getName();
  if (!is_codec(last)) return PdfPicture::points;
  filters.pop_back();
  settings.resize(std::min(settings.size(), filters.size()));
  // A stream of its own with the filters in front of the picture's.
  QPDFObjectHandle packed = QPDFObjectHandle::newStream(&pdf, stream.getRawStreamData());
  if (!filters.empty()) packed.getDict().replaceKey("/Filter", QPDFObjectHandle::newArray(filters));
  if (!settings.empty()) packed.getDict().replaceKey("/DecodeParms", QPDFObjectHandle::newArray(settings));
  if (!pdf_stream_data(packed, room, data)) return PdfPicture::broken;
  return last == "/DCTDecode" || last == "/DCT" ? PdfPicture::jpeg : PdfPicture::other;
}

uint64_t pdf_picture_bytes(QPDFObjectHandle& stream) {
  QPDFObjectHandle dictionary = stream.getDict();
  const auto integer = [&](const char* key) -> uint64_t {
    QPDFObjectHandle value = dictionary.getKey(key);
    constexpr int most = 1 << 20;
    return value.isInteger() ? static_cast<uint64_t>(std::clamp(value.getIntValueAsInt(), 0, most)) : 0;
  };
  QPDFObjectHandle mask = dictionary.getKey("/ImageMask");
  const bool is_mask = mask.isBool() && mask.getBoolValue();
  const uint64_t bits = is_mask ? 1 : integer("/BitsPerComponent");
  const uint64_t channels = is_mask ? 1 : channels_of(dictionary.getKey("/ColorSpace"));
  return integer("/Height") * ((integer("/Width") * bits * channels + 7) / 8);
}

}  // namespace fvm::runner
