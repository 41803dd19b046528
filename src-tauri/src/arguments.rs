//! What the window may be told when it is started.

use std::path::PathBuf;

use clap::Parser;
use portal_app::{Config, ConfigError};

/// 掌柜, the merchant portal · 商户进件工作台
#[derive(Debug, Parser)]
#[command(name = "merchant-portal", version)]
pub(crate) struct Arguments {
    /// Folder that holds everything this portal keeps; by default the user's data folder · 保存全部资料的文件夹
    #[arg(long, value_name = "DIR", env = "PORTAL_PROFILE_DIR")]
    profile_dir: Option<PathBuf>,
    /// Address of the backend, e.g. https://portal.example · 后台地址
    #[arg(long, value_name = "URL", env = "PORTAL_BACKEND")]
    backend: Option<String>,
}

impl Arguments {
    pub(crate) fn into_config(self) -> Result<Config, ConfigError> {
        Config::new(self.profile_dir, self.backend.as_deref())
    }
}
